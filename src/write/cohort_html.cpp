#include "cmrt1/write/cohort_html.h"

#include "cmrt1/base/text.h"
#include "write/cohort_data.h"
#include "write/cohort_sections.h"
#include "write/cohort_text.h"
#include "write/markup.h"

namespace cmrt1 {
namespace {

constexpr const char* kStyle =
#include "write/cohort_style.inc"
    ;
constexpr const char* kScript =
#include "write/cohort_script.inc"
    ;

/// Base64 (RFC 4648) of bytes that are given as hexadecimal digits.
std::string base64_of_hex(const std::string& hex) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  unsigned bits = 0, held = 0;
  for (const char c : hex) {
    bits = bits << 4 | static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
    for (held += 4; held >= 6; held -= 6) text += digits[bits >> (held - 6) & 63];
  }
  if (held > 0) text += digits[bits << (6 - held) & 63];
  while (text.size() % 4 != 0) text += '=';
  return text;
}

/// The browser fetches nothing but pictures beside the file, and runs no script but ours.
std::string policy() {
  return "default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'; script-src 'sha256-" +
         base64_of_hex(sha256(kScript)) + "'; base-uri 'none'; form-action 'none'";
}

std::string head() {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
         "http-equiv=\"Content-Security-Policy\" content=\"" +
         policy() +
         "\">\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<meta "
         "name=\"referrer\" "
         "content=\"no-referrer\">\n<title>Cohort report</title>\n<style>" +
         kStyle + "</style>\n</head>\n";
}

}  // namespace

std::string cohort_html(const Cohort& cohort) {
  const CohortSection sections[] = {overview_section(cohort),      reasons_section(cohort),
                                    distributions_section(cohort), segments_section(cohort),
                                    outliers_section(cohort),      pictures_section(cohort),
                                    subjects_section(cohort)};
  std::string links, body;
  for (const auto& [id, title, html] : sections) {
    if (html.empty()) continue;
    links += "<li><a href=\"#" + id + "\">" + title + "</a></li>";
    body += "<section id=\"" + id + "\" aria-labelledby=\"" + id + "-title\"><h2 id=\"" + id + "-title\">" +
            title + "</h2>\n" + html + "</section>\n";
  }
  return head() +
         "<body>\n<a class=\"skip\" href=\"#overview\">Skip to content</a>\n<header><div "
         "class=\"wrap\"><h1>Cohort "
         "report</h1><p class=\"sub\">" +
         grouped(cohort.subjects.size()) + " subjects · cmrt1 " + html_text(cohort.version) +
         " · for research use only, not for diagnosis</p></div></header>\n<nav class=\"page\" "
         "aria-label=\"Sections\"><ul "
         "class=\"wrap\">" +
         links + "</ul></nav>\n<main class=\"wrap\">\n" + body +
         "</main>\n<footer><div class=\"wrap\">A subject is a study. Figures hold flagged results too; "
         "statuses and "
         "reasons say which. cohort.csv has every figure of every subject.</div></footer>\n<script "
         "type=\"application/json\" id=\"data\">" +
         cohort_data(cohort) + "</script>\n<script>" + kScript + "</script>\n</body>\n</html>\n";
}

}  // namespace cmrt1
