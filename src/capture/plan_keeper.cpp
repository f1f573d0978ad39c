#include "capture/plan_keeper.hpp"

namespace almanac::capture {

void PlanKeeper::acknowledge() noexcept {
  core::PlanTable& table = plan_table();
  for (const core::PlanCopy& copy : read_) table.acknowledge(copy);
  for (const std::uint32_t cell : texts_) plan_mailbox().clear(cell);
  forget();
  if (table.exists() && table.used() > table.plans() - table.plans() / 8) {
    table.make_room(table.plans() - table.plans() / 4);
  }
}

void PlanKeeper::forget() noexcept {
  read_.clear();
  texts_.clear();
}

}  // namespace almanac::capture
