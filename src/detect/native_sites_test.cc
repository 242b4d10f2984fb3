#include "detect/native_sites.h"

#include "detect/scene_for_test.h"

namespace seep::detect {
namespace {

struct NativeScene : Scene {
  // A call of C by the functions given, innermost first.
  model::StackId Called(std::initializer_list<std::string_view> go) {
    std::vector<model::FrameId> frames = {
        stacks.AddFrame("xmlDictCreate", "", 0),
        stacks.AddFrame("xmlReadMemory", "", 0),
        stacks.AddFrame("_cgo_1234_Cfunc_xmlReadMemory", "", 0),
        stacks.AddFrame("runtime.asmcgocall", "/go/runtime/asm_amd64.s", 1),
        stacks.AddFrame("runtime.cgocall", "/go/runtime/cgocall.go", 167),
        stacks.AddFrame("main._Cfunc_xmlReadMemory", "_cgo_gotypes.go", 99)};
    for (const std::string_view f : go) frames.push_back(Frame(f));
    return stacks.AddStack(frames);
  }
  model::Profile& Native(double seconds) {
    model::Snapshot& s = At(seconds);
    s.native.emplace();
    s.native->period = 4096;
    for (const char* type : {"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"})
      s.native->types.push_back({stacks.strings().Intern(type), {}});
    return *s.native;
  }
  void Add(model::Profile& p, model::StackId stack, int64_t size, int64_t live, int64_t ever) {
    p.samples.push_back({stack, stacks.strings().Intern("bytes=" + std::to_string(size) + " bytes")});
    p.values.insert(p.values.end(), {ever, ever * size, live, live * size});
  }
  Analysis Analyse() { return {series, stacks, knowledge}; }
};

std::string FunctionOf(const model::Finding& f, model::Role role) {
  for (const model::Location& where : f.where)
    if (where.role == role) return where.function;
  return "";
}

TEST(NativeSites, TheCulpritIsTheFirstLineThatNoInnocentCallShares) {
  NativeScene scene;
  const auto leaking = scene.Called({"main.readDocument", "main.ParseOrder", "main.handle"});
  const auto innocent = scene.Called({"main.readDocument", "main.healthCheck", "main.handle"});
  for (int k = 0; k < 2; ++k) {
    model::Profile& p = scene.Native(30 * k);
    scene.Add(p, leaking, 4096, 1000 * (k + 1), 1000 * (k + 1));
    scene.Add(p, innocent, 4096, 0, 3000 * (k + 1));
  }
  model::Finding f;
  ASSERT_TRUE(AddNativeSites(scene.Analyse(), f).names);
  EXPECT_EQ(FunctionOf(f, model::Role::kCulprit), "main.ParseOrder");
  EXPECT_EQ(FunctionOf(f, model::Role::kAllocator), "xmlReadMemory");
  EXPECT_NE(f.excludes.find("main.healthCheck"), std::string::npos) << f.excludes;
  EXPECT_NE(f.excludes.find("0 B of it live"), std::string::npos) << f.excludes;
  ASSERT_EQ(f.evidence.size(), 1u);
  EXPECT_NE(f.evidence[0].text.find("3.9 MiB live -> 7.8 MiB"), std::string::npos) << f.evidence[0].text;
}

TEST(NativeSites, ACallThatOnlyTheLeakingLineMakesIsNamedItself) {
  NativeScene scene;
  const auto leaking = scene.Called({"main.open", "main.handle"});
  scene.Add(scene.Native(0), leaking, 100, 100'000, 100'000);
  model::Finding f;
  ASSERT_TRUE(AddNativeSites(scene.Analyse(), f).names) << "one profile: since the sampler came";
  EXPECT_EQ(FunctionOf(f, model::Role::kCulprit), "main.open");
  EXPECT_TRUE(AddNativeSites(scene.Analyse(), f).keeps);
  EXPECT_EQ(f.excludes, "");
}

TEST(NativeSites, MoreLoadHasMoreInUseAndKeepsLittleOfIt) {
  NativeScene scene;
  const auto busy = scene.Called({"main.parse"});
  for (int k = 0; k < 2; ++k) scene.Add(scene.Native(30 * k), busy, 4096, 1000 * (k + 1), 50'000 * (k + 1));
  model::Finding f;
  const NativeWitness who = AddNativeSites(scene.Analyse(), f);
  EXPECT_TRUE(who.names);
  EXPECT_FALSE(who.keeps);
}

TEST(NativeSites, WhatDoesNotGrowIsNotNamed) {
  NativeScene scene;
  const auto cache = scene.Called({"main.fill"});
  for (int k = 0; k < 2; ++k) scene.Add(scene.Native(30 * k), cache, 4096, 1000, 1000 + k * 5000);
  model::Finding f;
  EXPECT_FALSE(AddNativeSites(scene.Analyse(), f).names);
  EXPECT_TRUE(f.where.empty());
}

TEST(NativeSites, BlocksFromBeforeTheSamplerAreJoinedByTheirSize) {
  NativeScene scene;
  const auto leaking = scene.Called({"main.ParseOrder"});
  const auto cache = scene.Called({"main.fill"});
  model::Profile& p = scene.Native(0);
  scene.Add(p, leaking, 4096, 1000, 1000);
  scene.Add(p, leaking, 56, 1000, 1000);
  scene.Add(p, cache, 56, 900, 900);  // a size of two is a sign of neither
  model::CHeap heap{
      .allocator = "glibc 2.36", .walked = true, .sizes = {{4112, 36'000}, {64, 70'000}, {48, 9}}};
  scene.series.snapshots.back().c_heap = heap;
  model::Finding f;
  ASSERT_TRUE(AddNativeSites(scene.Analyse(), f).names);
  ASSERT_EQ(f.evidence.size(), 2u);
  EXPECT_EQ(f.evidence[1].kind, "native-earlier");
  EXPECT_NE(f.evidence[1].text.find("likely"), std::string::npos);
  EXPECT_NE(f.evidence[1].text.find("35,000 of 4112 B)"), std::string::npos) << f.evidence[1].text;
}

TEST(NativeSites, NoProfileAddsNothing) {
  NativeScene scene;
  scene.At(0);
  model::Finding f;
  EXPECT_FALSE(AddNativeSites(scene.Analyse(), f).names);
}

}  // namespace
}  // namespace seep::detect
