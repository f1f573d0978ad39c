// What the scripts in control/upgrade need, and nobody else: SQL functions that exist while such a
// script runs.

#include "pg/function.hpp"
#include "store/owner.hpp"
#include "store/totals.hpp"

namespace almanac::api {
namespace {

// What is done meanwhile is the user's, not the extension's: grants stay out of pg_init_privs, so
// that pg_dump writes them, and views that are no members may be replaced.
class NotOfExtension {
 public:
  NotOfExtension() : creating_(creating_extension) { creating_extension = false; }
  ~NotOfExtension() { creating_extension = creating_; }
  NotOfExtension(const NotOfExtension&) = delete;
  NotOfExtension& operator=(const NotOfExtension&) = delete;

 private:
  bool creating_;
};

// Another user for the length of a scope.
class AsUser {
 public:
  explicit AsUser(Oid user) {
    GetUserIdAndSecContext(&user_, &security_);
    SetUserIdAndSecContext(user, security_ | SECURITY_LOCAL_USERID_CHANGE);
  }
  ~AsUser() { SetUserIdAndSecContext(user_, security_); }
  AsUser(const AsUser&) = delete;
  AsUser& operator=(const AsUser&) = delete;

 private:
  Oid user_ = InvalidOid;
  int security_ = 0;
};

void require_script() {
  if (!creating_extension) {
    throw pg::Failure(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                      "this function is for the upgrade scripts of the extension");
  }
}

}  // namespace

// upgrade_check(): refuses to go on with a library that does not belong to the script, which the
// server may have loaded before the script was installed.
ALMANAC_FUNCTION(almanac_upgrade_check) {
  require_script();
  const store::Installed found = store::installed();
  if (found.fit != store::Fit::fits) {
    throw pg::Failure(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                      std::string("cannot update extension \"pg_almanac\" to version ") +
                          found.version + ": the server has loaded the library of version " +
                          store::library_version())
        .hint("Install the library of that version and restart the server, then update.");
  }
  return pg::void_result();
}

// upgrade_run(command, as_user): runs a command that is not the extension's; as another user unless
// NULL.
ALMANAC_FUNCTION(almanac_upgrade_run) {
  require_script();
  const pg::Arguments arguments(fcinfo);
  const auto command = arguments.get<std::string_view>(0);
  const NotOfExtension of_user;
  std::optional<AsUser> as_user;
  if (!arguments.null(1)) {
    as_user.emplace(DatumGetObjectId(fcinfo->args[1].value));
  }
  pg::Spi spi;
  spi.execute(std::string(command));
  return pg::void_result();
}

// upgrade_totals(stream, payload): 1.0 had the totals of all series of a stream in one row.
ALMANAC_FUNCTION(almanac_upgrade_totals_1_0) {
  require_script();
  const pg::Arguments arguments(fcinfo);
  const auto id = arguments.get<std::int16_t>(0);
  const auto payload = arguments.get<std::span<const std::byte>>(1);
  const store::Stream* stream = store::find_stream(id);
  if (payload.empty() || stream == nullptr) {
    return pg::void_result();
  }
  pg::OwnedContext context(CurrentMemoryContext, "almanac totals");
  const pg::ContextSwitch inside(context.get());
  try {
    store::TotalsUpdate update(*stream, context.resource());
    update.add_totals(core::ChunkView::parse(payload).decode(context.resource()));
    update.write();
  } catch (const core::CorruptChunk& error) {
    throw pg::Failure(ERRCODE_DATA_CORRUPTED,
                      std::string("corrupt totals of stream \"") + stream->name + "\"")
        .detail(std::string("Totals: ") + error.what() + ".")
        .hint("Delete the row with stream = " + std::to_string(id) +
              " from almanac.totals: totals begin anew.");
  }
  return pg::void_result();
}

}  // namespace almanac::api
