// Scheduled reports that are due, made in SQL (control/install/79_reports_scheduled.sql).
//
// Zone: C++.
#pragma once

namespace almanac::worker {

// Makes them one after the other, each in a transaction of its own and within a minute, until
// `must_leave` says so. One that cannot be made is told in almanac.scheduled_reports and takes no
// other with it. Must be called outside of a transaction. Throws pg::Error.
void make_reports(bool (*must_leave)());

}  // namespace almanac::worker
