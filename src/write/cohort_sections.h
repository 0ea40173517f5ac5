#pragma once
/// The sections of a cohort's report, as HTML.

#include <string>

#include "cmrt1/write/cohort.h"

namespace cmrt1 {

/// Empty where there is nothing to show. `id` is the section's anchor, `title` its heading and its link's
/// text.
struct CohortSection {
  std::string id, title, html;
};

CohortSection overview_section(const Cohort& cohort);
CohortSection reasons_section(const Cohort& cohort);
CohortSection distributions_section(const Cohort& cohort);
CohortSection segments_section(const Cohort& cohort);
CohortSection outliers_section(const Cohort& cohort);
CohortSection pictures_section(const Cohort& cohort);
CohortSection subjects_section(const Cohort& cohort);

}  // namespace cmrt1
