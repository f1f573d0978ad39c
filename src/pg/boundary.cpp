#include "pg/boundary.hpp"

#include "core/corrupt.hpp"

namespace almanac::pg {

namespace {

int pending = 0;

// All strings that an ErrorData may point to. Those of the second list are constants as a rule, but
// not if the error came from a parallel worker or through CopyErrorData of recent minor releases.
constexpr std::array kStrings = {
    &ErrorData::message,       &ErrorData::detail,          &ErrorData::detail_log,
    &ErrorData::hint,          &ErrorData::context,         &ErrorData::backtrace,
    &ErrorData::schema_name,   &ErrorData::table_name,      &ErrorData::column_name,
    &ErrorData::datatype_name, &ErrorData::constraint_name, &ErrorData::internalquery,
};
constexpr std::array kConstStrings = {
    &ErrorData::filename,       &ErrorData::funcname,   &ErrorData::domain,
    &ErrorData::context_domain, &ErrorData::message_id,
};

template <class F>
void for_each_string(const ErrorData& data, F f) {
  for (auto field : kStrings)
    if (data.*field) f(data.*field);
  for (auto field : kConstStrings)
    if (data.*field) f(data.*field);
}

std::size_t block_size(const ErrorData& data) {
  std::size_t size = sizeof(ErrorData);
  for_each_string(data, [&](const char* s) { size += std::strlen(s) + 1; });
  return size;
}

// Lays a deep copy of `data` into a block of block_size(data) bytes.
ErrorData* copy_into(void* block, const ErrorData& data) {
  auto* copy = new (block) ErrorData(data);
  char* next = static_cast<char*>(block) + sizeof(ErrorData);
  const auto move = [&next](auto& s) {
    if (s == nullptr) return;
    const std::size_t size = std::strlen(s) + 1;
    std::memcpy(next, s, size);
    s = next;
    next += size;
  };
  for (auto field : kStrings) move(copy->*field);
  for (auto field : kConstStrings) move(copy->*field);
  copy->assoc_context = nullptr;
  return copy;
}

ErrorData* copy_to_error_context(const ErrorData& data) noexcept {
  void* block = MemoryContextAllocExtended(ErrorContext, block_size(data),
                                           MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE);
  return block ? copy_into(block, data) : nullptr;
}

// An ErrorData that borrows its strings.
ErrorData borrow(int level, int sqlstate, const char* message, const char* detail,
                 const char* hint) noexcept {
  ErrorData data{};
  data.elevel = level;
  data.sqlerrcode = sqlstate;
  data.message = const_cast<char*>(message);
  if (detail[0] != '\0') data.detail = const_cast<char*>(detail);
  if (hint[0] != '\0') data.hint = const_cast<char*>(hint);
  return data;
}

ErrorData borrow(int level, const std::exception& error) noexcept {
  if (const auto* failure = dynamic_cast<const Failure*>(&error))
    return borrow(level, failure->sqlstate(), failure->what(), failure->detail().c_str(),
                  failure->hint().c_str());
  if (dynamic_cast<const std::bad_alloc*>(&error))
    return borrow(level, ERRCODE_OUT_OF_MEMORY, "out of memory", "", "");
  return borrow(level, sqlstate_of(error), error.what(), "", "");
}

// Takes the error that PostgreSQL has just raised off its error stack and throws it. Copying needs
// memory, and running out of it must not jump to the handler further up: hence a handler for the
// copying itself. The copy is made in a context of its own because FreeErrorData leaves some of it
// behind.
[[noreturn]] void throw_raised() {
  ++pending;
  MemoryContext const context = CurrentMemoryContext;
  sigjmp_buf* const outer = PG_exception_stack;
  MemoryContext volatile scratch = nullptr;
  ErrorData* volatile copy = nullptr;
  sigjmp_buf here;
  if (sigsetjmp(here, 0) == 0) {
    PG_exception_stack = &here;
    scratch =
        AllocSetContextCreateInternal(TopMemoryContext, "almanac error", ALLOCSET_SMALL_SIZES);
    MemoryContextSwitchTo(scratch);
    copy = CopyErrorData();
  }
  PG_exception_stack = outer;
  MemoryContextSwitchTo(context);
  FlushErrorState();

  struct Delete {
    MemoryContext context;
    ~Delete() {
      if (context != nullptr) MemoryContextDelete(context);
    }
  };
  [[maybe_unused]] const Delete owner{scratch};
  if (copy == nullptr) throw std::bad_alloc();
  throw Error(*copy);
}

}  // namespace

Error::Error(const ErrorData& data) {
  void* block = std::malloc(block_size(data));
  if (block == nullptr) throw std::bad_alloc();
  data_ = std::shared_ptr<const ErrorData>(
      copy_into(block, data), [](const ErrorData* p) { std::free(const_cast<ErrorData*>(p)); });
}

const char* Error::what() const noexcept {
  return data_->message ? data_->message : "unknown error";
}

int sqlstate_of(const std::exception& error) noexcept {
  if (const auto* e = dynamic_cast<const Error*>(&error)) return e->sqlstate();
  if (const auto* e = dynamic_cast<const Failure*>(&error)) return e->sqlstate();
  if (dynamic_cast<const core::CorruptChunk*>(&error)) return ERRCODE_DATA_CORRUPTED;
  if (dynamic_cast<const std::bad_alloc*>(&error)) return ERRCODE_OUT_OF_MEMORY;
  if (dynamic_cast<const std::invalid_argument*>(&error)) return ERRCODE_INVALID_PARAMETER_VALUE;
  if (dynamic_cast<const std::length_error*>(&error)) return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
  return ERRCODE_INTERNAL_ERROR;
}

int pending_errors() noexcept { return pending; }

namespace detail {

void set_pending_errors(int count) noexcept { pending = count; }

// Kept out of line: the compiler must not mix a frame that sigsetjmp returns to twice with others.
__attribute__((noinline)) void guard(void (*f)(void*), void* argument) {
  MemoryContext const context = CurrentMemoryContext;
  sigjmp_buf* const outer = PG_exception_stack;
  ErrorContextCallback* const callbacks = error_context_stack;
  const std::uint32_t interrupts = InterruptHoldoffCount;
  const std::uint32_t cancels = QueryCancelHoldoffCount;
  sigjmp_buf here;
  if (sigsetjmp(here, 0) == 0) {
    PG_exception_stack = &here;
    try {
      f(argument);
    } catch (
        ...) {  // against the rules, but then the stacks must not point into a frame that is gone
      PG_exception_stack = outer;
      error_context_stack = callbacks;
      throw;
    }
    PG_exception_stack = outer;
    error_context_stack = callbacks;
    return;
  }
  PG_exception_stack = outer;
  error_context_stack = callbacks;
  MemoryContextSwitchTo(context);
  // Raising an error sets both to zero. Locks that the frames above still hold count in them, and
  // are released either by their guards or by the rollback; both count down.
  InterruptHoldoffCount = interrupts;
  QueryCancelHoldoffCount = cancels;
  throw_raised();
}

Raised keep_current_exception() noexcept {
  try {
    throw;
  } catch (const Error& error) {
    return {copy_to_error_context(error.data()), true};
  } catch (const std::exception& error) {
    return {copy_to_error_context(borrow(ERROR, error)), false};
  } catch (...) {
    return {copy_to_error_context(
                borrow(ERROR, ERRCODE_INTERNAL_ERROR, "unknown C++ exception", "", "")),
            false};
  }
}

void raise(Raised raised) {
  if (raised.error == nullptr)
    ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
  if (!raised.again) ThrowErrorData(raised.error);
  // A new error would set them to zero, and the handlers further up count on it.
  InterruptHoldoffCount = 0;
  QueryCancelHoldoffCount = 0;
  ReThrowError(raised.error);
}

}  // namespace detail

namespace {

void emit(ErrorData data) noexcept {
  const int before = pending;
  try {
    call([&data] { ThrowErrorData(&data); });
  } catch (...) {
    pending = before;
  }
}

}  // namespace

void report(int level, int sqlstate, std::string_view message, std::string_view detail,
            std::string_view hint) noexcept {
  try {
    const std::string m(message), d(detail), h(hint);
    emit(borrow(std::min(level, WARNING), sqlstate, m.c_str(), d.c_str(), h.c_str()));
  } catch (...) {  // no memory for a message
  }
}

void report(int level, const std::exception& error, std::string_view prefix) noexcept {
  try {
    const auto* raised = dynamic_cast<const Error*>(&error);
    ErrorData data = raised ? raised->data() : borrow(level, error);
    const std::string message = std::string(prefix) + (data.message ? data.message : "");
    data.message = const_cast<char*>(message.c_str());
    data.elevel = std::min(level, WARNING);
    emit(data);
  } catch (...) {  // no memory for a message
  }
}

}  // namespace almanac::pg
