// almanac.plan_scans(plan): what the sequential scans in the text of a plan ask of columns.

#include "core/plan_scans.hpp"

#include "pg/function.hpp"
#include "pg/memory.hpp"

namespace almanac::api {
namespace {

constexpr std::string_view tests[] = {"", "=", "any", "<", ">", "null", "other"};

pg::Arg text_or_null(const core::String& text) {
  return text.empty() ? pg::Arg::null(TEXTOID)
                      : pg::Arg(std::string_view(text.data(), text.size()));
}

}  // namespace

ALMANAC_FUNCTION(almanac_plan_scans) {
  const auto plan = pg::Arguments(fcinfo).get<std::string_view>(0);
  pg::RowWriter rows(fcinfo);
  pg::ContextResource resource(CurrentMemoryContext);
  for (const core::ScanCondition& one : core::plan_scans(plan, &resource)) {
    const std::string_view test = tests[static_cast<std::size_t>(one.test)];
    rows.add({one.scan, std::string_view(one.relation.data(), one.relation.size()), one.whole,
              text_or_null(one.column), test.empty() ? pg::Arg::null(TEXTOID) : pg::Arg(test),
              text_or_null(one.cast)});
  }
  return rows.done();
}

}  // namespace almanac::api
