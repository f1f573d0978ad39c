// Zone: core.
//
// Where the containers of this library take their memory from.
//
// Everything here allocates through an explicit memory resource. Inside the server that is a
// resource over a MemoryContext, so that a longjmp which abandons an object leaks nothing: the
// context owns it. Boost's default resource needs its compiled library and would fall back to
// malloc: never use it, so never default-construct one of these containers.
#pragma once

#include <boost/container/pmr/memory_resource.hpp>
#include <boost/container/pmr/polymorphic_allocator.hpp>
#include <boost/container/pmr/string.hpp>
#include <boost/container/pmr/vector.hpp>
#include <span>

namespace almanac::core {

// The source of all memory. Throws std::bad_alloc when there is none.
using Resource = boost::container::pmr::memory_resource;

// A vector over a Resource: `Vector<int64_t> v(resource);`. Elements that are vectors themselves
// get the same resource. Moving between different resources copies.
template <class T>
using Vector = boost::container::pmr::vector<T>;

// A string over a Resource: `String s(resource);`. Converts to std::string_view.
using String = boost::container::pmr::string;

// The elements of a vector (Boost's do not convert by themselves).
template <class T>
std::span<const T> view(const Vector<T>& v) {
  return {v.data(), v.size()};
}

}  // namespace almanac::core
