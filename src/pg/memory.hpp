// PostgreSQL memory contexts as memory resources for Boost.Container.
//
// An object that a longjmp may abandon (anything that lives from one call of PostgreSQL to the
// next: scan states, caches) holds nothing but memory of a context, so that it is freed when the
// context is. Everything else may use the C++ heap as usual.
//
// Zone: C++.
#pragma once

#include "pg/boundary.hpp"

namespace almanac::pg {

// Allocates from a memory context. Throws std::bad_alloc when memory is short or more than
// MaxAllocHugeSize is asked for; never raises a PostgreSQL error. Any alignment. Does not own the
// context, which must outlive all that is allocated; freeing after the context was reset is an
// error as with pfree. Trivial to abandon.
class ContextResource final : public boost::container::pmr::memory_resource {
 public:
  explicit ContextResource(MemoryContext context) noexcept : context_(context) {}
  MemoryContext context() const noexcept { return context_; }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override;
  bool do_is_equal(const memory_resource& other) const noexcept override;

  MemoryContext context_;
};

// A memory context that lives as long as this object. `parent` must live longer. `name` is a string
// literal: it shows in pg_backend_memory_contexts. Constructor throws Error (out of memory).
class OwnedContext {
 public:
  template <std::size_t N>
  OwnedContext(MemoryContext parent, const char (&name)[N]) : OwnedContext(parent, Name{name}) {}
  ~OwnedContext();
  OwnedContext(const OwnedContext&) = delete;
  OwnedContext& operator=(const OwnedContext&) = delete;

  MemoryContext get() const noexcept { return resource_.context(); }
  // Memory of this context; valid as long as this object.
  boost::container::pmr::memory_resource* resource() noexcept { return &resource_; }
  // Frees everything in it. What was allocated from resource() must be gone or abandoned.
  void reset();

 private:
  struct Name {
    const char* text;
  };
  OwnedContext(MemoryContext parent, Name name);

  ContextResource resource_;
};

// Makes a context current; the destructor puts the previous one back.
class ContextSwitch {
 public:
  explicit ContextSwitch(MemoryContext context) noexcept
      : previous_(MemoryContextSwitchTo(context)) {}
  ~ContextSwitch() { MemoryContextSwitchTo(previous_); }
  ContextSwitch(const ContextSwitch&) = delete;
  ContextSwitch& operator=(const ContextSwitch&) = delete;

 private:
  MemoryContext previous_;
};

namespace detail {

// `bytes` of `context`; throws std::bad_alloc.
void* allocate_in(MemoryContext context, std::size_t bytes);
// Calls destroy(object) when `context` is reset or deleted; throws Error.
void on_reset(MemoryContext context, void (*destroy)(void*), void* object);

}  // namespace detail

// Constructs a T in `context`; its destructor runs when the context is reset or deleted, be it at
// the end of a query or after an error. Memory that the destructor reads may come from `context`
// itself, not from a child of it, because children go first. The destructor must not throw or call
// PostgreSQL functions that raise errors.
template <class T, class... Arguments>
T* create(MemoryContext context, Arguments&&... arguments) {
  static_assert(alignof(T) <= MAXIMUM_ALIGNOF);
  T* object =
      new (detail::allocate_in(context, sizeof(T))) T(std::forward<Arguments>(arguments)...);
  if constexpr (!std::is_trivially_destructible_v<T>) {
    try {
      detail::on_reset(
          context, [](void* p) { static_cast<T*>(p)->~T(); }, object);
    } catch (...) {
      object->~T();
      throw;
    }
  }
  return object;
}

}  // namespace almanac::pg
