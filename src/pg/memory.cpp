#include "pg/memory.hpp"

namespace almanac::pg {

void* ContextResource::do_allocate(std::size_t bytes, std::size_t alignment) {
  if (alignment <= MAXIMUM_ALIGNOF) return detail::allocate_in(context_, bytes);

  // palloc aligns to MAXIMUM_ALIGNOF only: take more, and keep the address to free just before the
  // block.
  if (bytes > MaxAllocHugeSize - alignment - sizeof(void*)) throw std::bad_alloc();
  void* base = detail::allocate_in(context_, bytes + alignment + sizeof(void*));
  const auto first = reinterpret_cast<std::uintptr_t>(base) + sizeof(void*);
  void* block = reinterpret_cast<void*>((first + alignment - 1) / alignment * alignment);
  static_cast<void**>(block)[-1] = base;
  return block;
}

void ContextResource::do_deallocate(void* p, std::size_t, std::size_t alignment) {
  pfree(alignment <= MAXIMUM_ALIGNOF ? p : static_cast<void**>(p)[-1]);
}

bool ContextResource::do_is_equal(const memory_resource& other) const noexcept {
  const auto* resource = dynamic_cast<const ContextResource*>(&other);
  return resource != nullptr && resource->context_ == context_;
}

OwnedContext::OwnedContext(MemoryContext parent, Name name)
    : resource_(call([&] {
        return AllocSetContextCreateInternal(parent, name.text, ALLOCSET_DEFAULT_SIZES);
      })) {}

OwnedContext::~OwnedContext() { MemoryContextDelete(resource_.context()); }

void OwnedContext::reset() { MemoryContextReset(resource_.context()); }

namespace detail {

void* allocate_in(MemoryContext context, std::size_t bytes) {
  if (bytes > MaxAllocHugeSize) throw std::bad_alloc();
  void* p = MemoryContextAllocExtended(context, bytes, MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}

void on_reset(MemoryContext context, void (*destroy)(void*), void* object) {
  auto* callback =
      static_cast<MemoryContextCallback*>(allocate_in(context, sizeof(MemoryContextCallback)));
  callback->func = destroy;
  callback->arg = object;
  MemoryContextRegisterResetCallback(context, callback);
}

}  // namespace detail

}  // namespace almanac::pg
