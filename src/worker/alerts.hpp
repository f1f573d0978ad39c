// Raising and clearing alerts, after each snapshot: in SQL (control/install/77_alerts.sql), from
// views of the system and what is known of findings, never from history. Two transactions: one that
// writes down what has changed, and if anything has, one that notifies of it, so that what goes
// wrong with NOTIFY, which shows at commit, loses nothing.
//
// Zone: C++.
#pragma once

#include <string>

namespace almanac::worker {

class Alerts {
 public:
  // Does all that is due now. Needs to be outside of a transaction. What goes wrong is reported,
  // once; the next time it is tried again.
  void evaluate();

 private:
  std::string said_;
};

}  // namespace almanac::worker
