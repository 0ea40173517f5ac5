#include <cmath>

#include "cmrt1/write/cohort_statistics.h"
#include "write/cohort_charts.h"
#include "write/cohort_sections.h"
#include "write/cohort_text.h"
#include "write/markup.h"

namespace cmrt1 {
namespace {

Distribution distribution_of(const Cohort& cohort, const CohortMeasure& measure) {
  Distribution distribution{measure.title, measure.unit, {}, {}};
  for (const CohortSubject& subject : cohort.subjects) {
    distribution.values.push_back(measure.value(subject.figures));
    distribution.marked.push_back(subject.status() != SubjectStatus::ok);
  }
  return distribution;
}

/// Empty where no subject has the figure.
std::string histogram_card(const Distribution& distribution) {
  const auto sorted = finite_sorted(distribution.values);
  if (sorted.empty()) return "";
  const Bins bins = bins_of(distribution.values);
  const auto part = [&](double share) { return shown(quantile(sorted, share), distribution.unit); };
  std::string words = "median " + shown_with_unit(quantile(sorted, 0.5), distribution.unit) +
                      " · middle half " + part(0.25) + " to " + part(0.75) + " · n\u00a0" +
                      grouped(sorted.size());
  if (bins.below + bins.above > 0)
    words += " · " + grouped(bins.below + bins.above) + " beyond the axis, in the end bars";
  return "<div class=\"card\"><h3>" + html_text(distribution.title) +
         (distribution.unit.empty() ? "" : ", " + distribution.unit) + "</h3><p>" + html_text(words) +
         "</p>" + histogram_svg(distribution) + "</div>\n";
}

std::string segment_card(const Cohort& cohort, const std::string& id, const std::string& title,
                         const std::string& unit, SegmentValues CohortFigures::*values) {
  SegmentDistribution distribution{id, title, unit, {}, unit == "%"};
  bool any = false;
  for (const CohortSubject& subject : cohort.subjects) {
    distribution.values.push_back(subject.figures.*values);
    for (const double value : distribution.values.back()) any = any || std::isfinite(value);
  }
  if (!any) return "";
  return "<div class=\"card segments\"><h3>" + html_text(title + ", " + unit) +
         "</h3><p>Map: the median of the subjects. Rows: "
         "median, middle half (box) and middle nine tenths (line).</p>" +
         medians_svg(distribution) + boxes_svg(distribution) + "</div>\n";
}

}  // namespace

CohortSection distributions_section(const Cohort& cohort) {
  std::string cards;
  for (const CohortMeasure& measure : cohort_measures())
    if (measure.drawn) cards += histogram_card(distribution_of(cohort, measure));
  if (cards.empty()) return {"distributions", "Distributions", ""};
  return {
      "distributions", "Distributions",
      "<ul class=\"legend\"><li><i style=\"background:var(--bar)\"></i>subjects</li><li><i "
      "style=\"background:var(--flag)\"></i>of them flagged or failed</li><li>dashed: median</li></ul><div "
      "class=\"charts\">" +
          cards + "</div>\n"};
}

CohortSection segments_section(const Cohort& cohort) {
  return {"segments", "Segments",
          segment_card(cohort, "dt1", "dT1", "%", &CohortFigures::dt1_segments_percent) +
              segment_card(cohort, "rest", "T1", "ms", &CohortFigures::t1_rest_segments_ms) +
              segment_card(cohort, "stress", "T1 under stress", "ms", &CohortFigures::t1_stress_segments_ms)};
}

}  // namespace cmrt1
