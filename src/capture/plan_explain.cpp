#include "capture/plan_explain.hpp"

#include "capture/guarded.hpp"
#include "capture/plan_shape.hpp"
#include "capture/plans.hpp"
#include "core/plan_text.hpp"
#include "core/redact.hpp"
#include "pg/compat.hpp"
#include "pg/memory.hpp"

namespace almanac::capture {
namespace {

constexpr std::size_t most_names = core::PlanMailbox::room / 8;  // bytes, of tables or of indexes

// PostgreSQL's own text.
StringInfo explain(QueryDesc* query) {
  ExplainState* es = NewExplainState();
  es->costs = false;
  es->format = EXPLAIN_FORMAT_TEXT;
  ExplainBeginOutput(es);
  ExplainPrintPlan(es, query);
  ExplainEndOutput(es);
  while (es->str->len > 0 && es->str->data[es->str->len - 1] == '\n') {
    es->str->data[--es->str->len] = '\0';
  }
  return es->str;
}

// Names with their schemas, separated by zero bytes; those that find room.
StringInfo names(const Oid* oids, int count) {
  StringInfo list = makeStringInfo();
  for (int i = 0; i < count; ++i) {
    const char* relation = get_rel_name(oids[i]);
    const char* schema =
        relation != nullptr ? get_namespace_name(get_rel_namespace(oids[i])) : nullptr;
    if (schema == nullptr) {
      continue;  // gone
    }
    const char* name = quote_qualified_identifier(schema, relation);
    const std::size_t size = strlen(name);
    if (static_cast<std::size_t>(list->len) + size + 1 > most_names) {
      break;
    }
    if (list->len > 0) {
      appendStringInfoChar(list, '\0');
    }
    appendBinaryStringInfo(list, name, static_cast<int>(size));
  }
  return list;
}

std::string_view view(StringInfo text) { return {text->data, static_cast<std::size_t>(text->len)}; }

// The character that a text of the server's encoding is cut at.
std::size_t clipped(std::string_view text, std::size_t most) {
  return text.size() <= most
             ? text.size()
             : static_cast<std::size_t>(pg_mbcliplen(text.data(), static_cast<int>(text.size()),
                                                     static_cast<int>(most)));
}

bool holds_secret(const char* source) {
  return pg::entry([source] {
    pg::ContextResource resource(CurrentMemoryContext);
    return core::redact(source, &resource).verdict == core::Verdict::withheld;
  });
}

// False if there was no free cell.
bool send(const core::PlanKey& key, std::string_view plan, std::string_view relations,
          std::string_view indexes) {
  return pg::entry([&] {
    pg::ContextResource resource(CurrentMemoryContext);
    const core::String text = core::without_constants(plan, &resource);
    const std::string_view whole(text.data(), text.size());
    const std::size_t room = core::PlanMailbox::room - relations.size() - indexes.size();
    const std::size_t size = pg::call([&] { return clipped(whole, room); });
    return plan_mailbox().put(key, {whole.substr(0, size), relations, indexes});
  });
}

}  // namespace

bool send_plan_text(QueryDesc* query, const core::PlanKey& key) {
  if (!can_guard() || query->planstate == nullptr ||
      !plan_mailbox().admits(GetCurrentTimestamp() / USECS_PER_SEC)) {
    return false;
  }
  bool done = false;
  const bool good = guarded([&] {
    if (query->sourceText == nullptr || holds_secret(query->sourceText)) {
      done = true;
      return;
    }
    PlanObjects objects;
    if (shape_of(query->plannedstmt, &objects) == key.plan_id) {
      done = send(key, view(explain(query)), view(names(objects.relations, objects.relation_count)),
                  view(names(objects.indexes, objects.index_count)));
    }
  });
  return good && done;
}

}  // namespace almanac::capture
