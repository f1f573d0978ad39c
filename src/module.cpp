// Loading the library: what it adds to a server, in order.

#include "capture/commands.hpp"
#include "capture/memory.hpp"
#include "capture/plans.hpp"
#include "pg/compat.hpp"
#include "settings.hpp"
#include "worker/database_guard.hpp"
#include "worker/launcher.hpp"
#include "worker/shared.hpp"

extern "C" {
PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init();
}

void _PG_init() {
  using namespace almanac;
  const bool preloading = process_shared_preload_libraries_in_progress;
  settings::define(preloading);
  if (!preloading) {
    return;
  }
  worker::request_shared_memory();
  worker::install_database_guard();
  capture::request_shared_memory();
  capture::request_command_memory();
  capture::request_plan_memory();
  worker::register_launcher();
}
