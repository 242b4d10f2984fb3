#include "detect/frames.h"

#include "detect/scene_for_test.h"

namespace seep::detect {
namespace {

TEST(PackageOf, CutsAtTheFirstDotBehindTheLastSlash) {
  EXPECT_EQ(PackageOf("net/http.(*Transport).dialConn"), "net/http");
  EXPECT_EQ(PackageOf("main.main.func1"), "main");
  EXPECT_EQ(PackageOf("github.com/a/b.F"), "github.com/a/b");
  EXPECT_EQ(PackageOf("main.Map[github.com/a/b.T].Get"), "main");
  EXPECT_EQ(PackageOf("gopkg.in/yaml%2ev3.Unmarshal"), "gopkg.in/yaml%2ev3");
  EXPECT_EQ(PackageOf("malloc"), "malloc");
}

struct Case {
  const char* function;
  const char* file;
  Ownership whose;
};

TEST(Frames, Ownership) {
  const Case kCases[] = {
      {"main.main", "/srv/app/main.go", Ownership::kUser},
      {"main.(*T).f.func1", "", Ownership::kUser},
      {"demo/httpwithmetric.(*C).Get", "demo/httpwithmetric/client.go", Ownership::kUser},
      {"demo.Run", "/home/u/demo/x.go", Ownership::kUser},
      {"github.com/me/orders/store.Put", "/srv/orders/store/put.go", Ownership::kUser},
      {"runtime.gopark", "/go/src/runtime/proc.go", Ownership::kRuntime},
      {"internal/runtime/maps.(*Map).Put", "", Ownership::kRuntime},
      {"", "", Ownership::kRuntime},
      {"net/http.(*conn).serve", "/go/src/net/http/server.go", Ownership::kStandard},
      {"internal/poll.(*FD).Read", "", Ownership::kStandard},
      {"vendor/golang.org/x/net/http2/hpack.f", "", Ownership::kStandard},
      {"type:.eq.main.T", "", Ownership::kLibrary},
      {"net/httpx.Do", "/srv/app/net/httpx/do.go", Ownership::kUser},
      {"github.com/a/b.F", "/root/go/pkg/mod/github.com/a/b@v1.2.3/x.go", Ownership::kLibrary},
      {"github.com/a/b.F2", "github.com/a/b@v1.2.3/x.go", Ownership::kLibrary},
      {"github.com/a/b.F3", "/srv/app/vendor/github.com/a/b/x.go", Ownership::kLibrary},
      {"malloc", "", Ownership::kLibrary},
      {"_cgo_d1_Cfunc_leak", "", Ownership::kLibrary},
      {"main._cgoexp_77_goCallback", "", Ownership::kLibrary},
      {"main._Cfunc_leak", "_cgo_gotypes.go", Ownership::kUser},
  };
  Scene scene;
  std::vector<model::FrameId> ids;
  for (const Case& c : kCases) ids.push_back(scene.Frame(c.function, c.file));
  const Frames frames(scene.stacks, scene.knowledge);
  for (size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(frames.Of(ids[i]), kCases[i].whose) << kCases[i].function;
}

TEST(Frames, FindsTheInnermostOfTheUserAndOfAnybodyElse) {
  Scene scene;
  const auto lib = scene.Frame("github.com/a/b.F", "/go/pkg/mod/github.com/a/b@v1.0.0/x.go");
  const auto user = scene.Frame("main.f");
  const std::vector<model::FrameId> all = {scene.Frame("runtime.gopark"), scene.Frame("net.Read"), lib, user,
                                           scene.Frame("main.main")};
  const auto stack = scene.stacks.AddStack(all);
  const auto bare = scene.Stack({"net.Read"});
  const Frames frames(scene.stacks, scene.knowledge);
  EXPECT_EQ(frames.User(stack), user);
  EXPECT_EQ(frames.Outside(stack), lib);
  EXPECT_FALSE(frames.User(bare));
  EXPECT_FALSE(frames.Outside(bare));
}

}  // namespace
}  // namespace seep::detect
