// `seep heap` against its golden and its schema.
#include "report/heap.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/schema_for_test.h"
#include "report/golden_for_test.h"

namespace seep::report {
namespace {

model::HeapView View() {
  model::HeapView view;
  view.process.name = "orders";
  view.process.pid = 4711;
  view.process.go_version = "go1.26.8";
  view.totals = model::HeapView::Totals{8000530, 512 << 20, 530 << 20, 327680, {}};
  view.totals->classes = {{64, true, 8000009, 8000009 * 64, 8016128 * 64},
                          {0, false, 2, 3 << 20, 3 << 20},
                          {16, false, 519, 519 * 16, 16384}};
  view.collections = 8;
  view.last_collection = ParseTime("2026-11-21T18:30:05Z");
  view.memory_limit = uint64_t{1} << 30;
  view.rate = 512 * 1024;
  model::HeapSite site;
  site.objects = 8000000;
  site.bytes = 512000000;
  site.total_objects = 9000000;
  site.total_bytes = 576000000;
  site.stack = {{"main.(*Cache).put", "/src/orders/cache.go", 41},
                {"main.\x1b[31mhandle", "/src/orders/handle.go", 12},
                {"net/http.HandlerFunc.ServeHTTP", "/usr/local/go/src/net/http/server.go", 2322},
                {"net/http.serverHandler.ServeHTTP", "/usr/local/go/src/net/http/server.go", 3340},
                {"net/http.(*conn).serve", "/usr/local/go/src/net/http/server.go", 2109}};
  model::HeapSite freed;
  freed.total_objects = 7;
  freed.total_bytes = 7000;
  freed.stack = {{"main.load", "/src/orders/load.go", 3}};
  view.sites = {site, freed};
  view.gaps = {
      {"3 spans of 62,000", "their memory could not be read, or was no span any more", "look again"}};
  return view;
}

TEST(Heap, Text) {
  ExpectGolden("heap.txt", HeapText(View(), PlainStyle(), {}));
}

TEST(Heap, WithoutSitesTheReasonIsSaid) {
  model::HeapView view = View();
  view.sites.clear();
  view.rate.reset();
  view.gaps = {{"allocation sites", "the linker switched sampling off", "import net/http/pprof"}};
  const std::string text = HeapText(view, PlainStyle(), {});
  EXPECT_NE(text.find("the linker switched sampling off"), std::string::npos) << text;
  EXPECT_EQ(text.find("where they were allocated"), std::string::npos) << text;
}

TEST(Heap, WhatIsLeftOutIsCounted) {
  const std::string text = HeapText(View(), PlainStyle(), {.sites = 1, .classes = 1});
  EXPECT_NE(text.find("and 2 other sizes"), std::string::npos) << text;
  EXPECT_NE(text.find("and 1 other site"), std::string::npos) << text;
}

TEST(Heap, NothingOfATargetMovesTheCursor) {
  EXPECT_EQ(HeapText(View(), PlainStyle(), {}).find('\x1b'), std::string::npos);
}

TEST(Heap, JsonFollowsTheSchema) {
  const auto schema = nlohmann::json::parse(ReadSource("docs/heap.schema.json"), nullptr, false);
  for (const model::HeapView& view : {View(), model::HeapView()}) {
    const std::string json = HeapJson(view, PlainStyle());
    EXPECT_EQ(SchemaErrors(schema, nlohmann::json::parse(json)), std::vector<std::string>{}) << json;
  }
}

}  // namespace
}  // namespace seep::report
