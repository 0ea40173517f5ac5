#include "write/cohort_sections.h"

#include <algorithm>
#include <cmath>

#include "cmrt1/write/cohort_statistics.h"
#include "write/cohort_data.h"
#include "write/cohort_text.h"
#include "write/markup.h"

namespace cmrt1 {
namespace {

constexpr std::size_t kReasonsShown = 100, kOutliersShown = 40;

std::string cell(const std::string& text, const char* name = "") {
  return std::string("<td") + (*name ? std::string(" class=\"") + name + '"' : "") + ">" + html_text(text) +
         "</td>";
}

std::string number_cell(std::size_t count) { return cell(grouped(count), "n"); }

std::string row_head(const std::string& text, const char* name = "") {
  return std::string("<th scope=\"row\"") + (*name ? std::string(" class=\"") + name + '"' : "") + ">" +
         html_text(text) + "</th>";
}

/// Columns whose names begin with '#' hold numbers.
std::string table_start(const std::string& caption, const std::vector<std::string>& columns) {
  std::string html = "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" +
                     html_text(caption) + "\"><table><caption>" + html_text(caption) +
                     "</caption><thead><tr>";
  for (const std::string& column : columns) {
    const bool is_number = column.starts_with('#');
    html += std::string("<th scope=\"col\"") + (is_number ? " class=\"n\"" : "") + ">" +
            html_text(is_number ? column.substr(1) : column) + "</th>";
  }
  return html + "</tr></thead><tbody>\n";
}

constexpr const char* kTableEnd = "</tbody></table></div>\n";

std::string percent(std::size_t part, std::size_t whole) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%",
                whole ? 100.0 * static_cast<double>(part) / static_cast<double>(whole) : 0);
  return text;
}

std::string tile(const std::string& name, std::size_t count, std::size_t whole) {
  return "<div class=\"card tile\"><dt>" + html_text(name) + "</dt><dd>" + grouped(count) +
         (whole ? "<small>" + percent(count, whole) + "</small>" : "") + "</dd></div>";
}

struct Totals {
  std::array<std::size_t, 3> by_status = {};
  std::size_t outliers = 0;
  std::array<CohortCounts, kCohortPrograms> programs = {};
};

void add(CohortCounts& sum, const CohortCounts& more) {
  sum.ok += more.ok;
  sum.flagged += more.flagged;
  sum.failed += more.failed;
  sum.unpaired += more.unpaired;
}

Totals totals_of(const Cohort& cohort) {
  Totals totals;
  totals.programs = cohort.homeless;
  for (const CohortSubject& subject : cohort.subjects) {
    ++totals.by_status[static_cast<std::size_t>(subject.status())];
    totals.outliers += !subject.outliers.empty();
    for (std::size_t i = 0; i < kCohortPrograms; ++i) add(totals.programs[i], subject.counts[i]);
  }
  return totals;
}

std::string program_table(const Cohort& cohort, const Totals& totals) {
  std::string html =
      table_start("What each program was given and what became of it",
                  {"Program", "Counted", "#All", "#Ok", "#Flagged", "#Failed", "#Without partner"});
  for (std::size_t i = 0; i < kCohortPrograms; ++i) {
    const auto program = static_cast<CohortProgram>(i);
    const CohortCounts& counts = totals.programs[i];
    html += "<tr>" + row_head(to_string(program));
    if (!cohort.present[i])
      html += "<td colspan=\"6\" class=\"note\">its table is not there</td></tr>\n";
    else
      html += cell(items_of(program)) + number_cell(counts.items()) + number_cell(counts.ok) +
              number_cell(counts.flagged) + number_cell(counts.failed) +
              (program == CohortProgram::dt1map ? number_cell(counts.unpaired) : cell("", "n")) + "</tr>\n";
  }
  return html + kTableEnd;
}

std::string missing_note(const Cohort& cohort) {
  if (cohort.missing.empty()) return "";
  std::string names;
  for (const std::string& table : cohort.missing) names += (names.empty() ? "" : ", ") + html_text(table);
  return "<p class=\"note\" id=\"missing\">Not there: " + names +
         ". What would come from them is left empty.</p>\n";
}

std::string homeless_note(const Cohort& cohort) {
  std::size_t count = 0;
  for (const CohortCounts& one : cohort.homeless) count += one.items() + one.unpaired;
  if (count == 0) return "";
  return "<p class=\"note\">" + grouped(count) +
         " rows name no study, such as files that could not be read; they count here and below, but for no "
         "subject.</p>\n";
}

std::string share_bar(const Totals& totals, std::size_t subjects) {
  if (subjects == 0) return "";
  std::string html = "<div class=\"share\" aria-hidden=\"true\">";
  for (const auto status : {SubjectStatus::ok, SubjectStatus::flagged, SubjectStatus::failed})
    if (const std::size_t count = totals.by_status[static_cast<std::size_t>(status)])
      html += std::string("<i class=\"") + to_string(status) + "\" style=\"flex:" + std::to_string(count) +
              "\"></i>";
  return html + "</div>\n";
}

std::string reason_row(const CohortReasonCount& count, std::size_t most) {
  const CohortReason& reason = count.reason;
  const std::size_t width = std::max<std::size_t>(1, 100 * count.rows / most);
  return "<tr><th scope=\"row\"><button type=\"button\" class=\"link\" data-search=\"" +
         html_text(words_of(reason)) + "\">" + html_text(reason.reason) + "</button></th>" +
         cell(to_string(reason.program)) + "<td><span class=\"pill " + html_text(reason.status) + "\">" +
         html_text(reason.status) + "</span></td>" + number_cell(count.rows) + number_cell(count.subjects) +
         "<td aria-hidden=\"true\"><span class=\"meter\"><i class=\"" + html_text(reason.status) +
         "\" style=\"width:" + std::to_string(width) + "%\"></i></span></td></tr>\n";
}

std::string rule_of_outliers() {
  char text[400];
  std::snprintf(text, sizeof text,
                "Robust z-score: (value − median) / (1.4826 × median distance from the median) over the "
                "subjects. Beyond "
                "%.1f a subject is listed: below for R² and Dice, above for motion, on either side for T1 "
                "and dT1. None "
                "is listed where fewer than %zu subjects have the figure, or where most have the same.",
                kOutlierZ, kOutlierSubjects);
  return text;
}

std::string outlier_row(const Cohort& cohort, const CohortOutlier& outlier) {
  const CohortMeasure& measure = cohort_measures()[outlier.measure];
  const CohortSubject& subject = cohort.subjects[outlier.subject];
  return "<tr><th scope=\"row\"><button type=\"button\" class=\"link uid\" data-search=\"" +
         html_text(subject.key) + "\">" + html_text(subject.key) + "</button></th>" + cell(measure.title) +
         cell(shown_with_unit(measure.value(subject.figures), measure.unit), "n") +
         cell(shown(outlier.z, "%"), "n") + "<td><span class=\"pill " + to_string(subject.status()) + "\">" +
         to_string(subject.status()) + "</span></td></tr>\n";
}

std::string pager(const std::string& prefix) {
  return "<div class=\"pager\"><button type=\"button\" class=\"plain\" id=\"" + prefix +
         "-previous\">Previous</button><span id=\"" + prefix +
         "-where\" role=\"status\"></span><button type=\"button\" class=\"plain\" id=\"" + prefix +
         "-next\">Next</button></div>\n";
}

}  // namespace

CohortSection overview_section(const Cohort& cohort) {
  const Totals totals = totals_of(cohort);
  const std::size_t all = cohort.subjects.size();
  return {"overview", "Overview",
          "<dl class=\"tiles\">" + tile("Subjects", all, 0) + tile("Ok", totals.by_status[0], all) +
              tile("Flagged", totals.by_status[1], all) +
              tile("Failed in part or whole", totals.by_status[2], all) +
              tile("With outliers", totals.outliers, all) + "</dl>\n" + share_bar(totals, all) +
              missing_note(cohort) + homeless_note(cohort) + program_table(cohort, totals)};
}

CohortSection reasons_section(const Cohort& cohort) {
  if (cohort.reasons.empty()) return {"reasons", "Reasons", ""};
  const std::size_t count = std::min(kReasonsShown, cohort.reasons.size());
  std::string html = table_start("Why rows are flagged or failed, the most frequent first",
                                 {"Reason", "Program", "Status", "#Rows", "#Subjects", ""});
  for (std::size_t i = 0; i < count; ++i) html += reason_row(cohort.reasons[i], cohort.reasons.front().rows);
  html += kTableEnd;
  if (count < cohort.reasons.size())
    html += "<p class=\"note\">" + grouped(cohort.reasons.size() - count) + " more.</p>\n";
  return {"reasons", "Reasons", html};
}

CohortSection outliers_section(const Cohort& cohort) {
  std::vector<CohortOutlier> all;
  for (const CohortSubject& subject : cohort.subjects)
    all.insert(all.end(), subject.outliers.begin(), subject.outliers.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return std::abs(a.z) > std::abs(b.z); });
  std::string html = "<p class=\"note\">" + html_text(rule_of_outliers()) + "</p>\n";
  if (all.empty()) return {"outliers", "Outliers", html + "<p>There are none.</p>\n"};
  const std::size_t count = std::min(kOutliersShown, all.size());
  html += table_start("The farthest first", {"Subject", "Figure", "#Value", "#z", "Status"});
  for (std::size_t i = 0; i < count; ++i) html += outlier_row(cohort, all[i]);
  html += kTableEnd;
  if (count < all.size())
    html +=
        "<p class=\"note\">" + grouped(all.size() - count) + " more in cohort.csv, column outliers.</p>\n";
  return {"outliers", "Outliers", html};
}

CohortSection pictures_section(const Cohort& cohort) {
  if (cohort.cases.empty()) return {"pictures", "Pictures", ""};
  std::string programs;
  for (std::size_t i = 0; i < kCohortPrograms; ++i)
    if (cohort.present[i])
      programs += "<option value=\"" + std::to_string(i) + "\">" + to_string(static_cast<CohortProgram>(i)) +
                  "</option>";
  return {
      "pictures", "Pictures of flagged cases",
      "<p class=\"note\">The worst of each program first. A picture opens in its full size; it lies in the "
      "program's output folder beside this file.</p><div class=\"controls\"><label>Program<select "
      "id=\"program\"><option "
      "value=\"\">all</option>" +
          programs +
          "</select></label><label>Reason<select id=\"why\"><option "
          "value=\"\">all</option></select></label></div>"
          "<ul class=\"gallery\" id=\"gallery\"></ul>" +
          pager("gallery")};
}

CohortSection subjects_section(const Cohort&) {
  return {"subjects", "Subjects",
          "<p class=\"note\">A heading sorts by its column. Reasons and pictures of a subject open with its "
          "name. All "
          "figures are in cohort.csv.</p><noscript><p>Sorting, searching and this table need JavaScript; "
          "cohort.csv "
          "holds the same rows.</p></noscript><div class=\"controls\"><label class=\"wide\">Search in "
          "subject, status and "
          "reasons<input id=\"search\" type=\"search\" autocomplete=\"off\" "
          "spellcheck=\"false\"></label><label>Status<select "
          "id=\"status\"><option value=\"\">all</option><option value=\"0\">ok</option><option "
          "value=\"1\">flagged</option>"
          "<option value=\"2\">failed</option></select></label></div><div class=\"scroll\" role=\"region\" "
          "tabindex=\"0\" "
          "aria-label=\"Subjects\"><table><thead><tr id=\"heads\"></tr></thead><tbody "
          "id=\"rows\"></tbody></table></div>" +
              pager("subjects")};
}

}  // namespace cmrt1
