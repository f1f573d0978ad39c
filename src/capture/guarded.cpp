#include "capture/guarded.hpp"

namespace almanac::capture::detail {

bool run_guarded(void (*f)(void*), void* argument) {
  MemoryContext const context = CurrentMemoryContext;
  ResourceOwner const owner = CurrentResourceOwner;
  MemoryContext const own =
      AllocSetContextCreate(context, "pg_almanac hook", ALLOCSET_DEFAULT_SIZES);
  ErrorData* volatile error = nullptr;
  BeginInternalSubTransaction(nullptr);
  MemoryContextSwitchTo(own);
  PG_TRY();
  {
    f(argument);
    ReleaseCurrentSubTransaction();
  }
  PG_CATCH();
  {
    MemoryContextSwitchTo(own);
    error = CopyErrorData();
    FlushErrorState();
    RollbackAndReleaseCurrentSubTransaction();
  }
  PG_END_TRY();
  MemoryContextSwitchTo(context);
  CurrentResourceOwner = owner;
  if (error != nullptr) {
    const int sqlstate = error->sqlerrcode;
    if (sqlstate == ERRCODE_QUERY_CANCELED || sqlstate == ERRCODE_ADMIN_SHUTDOWN) {
      ReThrowError(error);
    }
  }
  MemoryContextDelete(own);
  return error == nullptr;
}

}  // namespace almanac::capture::detail
