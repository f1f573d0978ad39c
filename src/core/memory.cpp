#include "core/memory.hpp"

#include <new>

namespace {

// Refuses everything.
class NoMemory final : public almanac::core::Resource {
  void* do_allocate(std::size_t, std::size_t) override { throw std::bad_alloc(); }
  void do_deallocate(void*, std::size_t, std::size_t) override {}
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

}  // namespace

namespace boost::container::pmr {

// The header of polymorphic_allocator falls back to this for a null resource, and is thus the one
// thing that would need Boost's compiled library. Weak, so that a program that links that library
// gets the library's.
__attribute__((weak)) memory_resource* get_default_resource() noexcept {
  alignas(NoMemory) static std::byte place[sizeof(NoMemory)];
  return ::new (place) NoMemory;
}

}  // namespace boost::container::pmr
