#include "capture/http.h"

#include <gtest/gtest.h>

#include "capture/http_errors.h"
#include "capture/test_server.h"

namespace seep::capture {
namespace {

using std::chrono::milliseconds;

HttpOptions Options() {
  HttpOptions options;
  options.timeout = std::chrono::seconds(30);
  return options;
}

Error ErrorOf(const Result<HttpAnswer>& answer) {
  EXPECT_FALSE(answer.has_value());
  return answer.has_value() ? Error{} : answer.error();
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST(Http, GivesTheBodyOfA200) {
  TestServer server(
      [](TestConnection& c, const std::string&) { c.Answer("hello", "Text/HTML; charset=utf-8"); });
  const auto answer = Get({server.Url("/a?b=1"), ""}, Options());
  ASSERT_TRUE(answer.has_value()) << answer.error().Text();
  EXPECT_EQ(answer->body.view(), "hello");
  EXPECT_EQ(answer->content_type, "text/html");
  EXPECT_EQ(answer->url, server.Url("/a?b=1"));
  ASSERT_EQ(server.paths(), std::vector<std::string>{"/a?b=1"});
  EXPECT_TRUE(Contains(server.heads()[0], "Connection: close\r\n"));
  EXPECT_TRUE(Contains(server.heads()[0], fmt::format("Host: 127.0.0.1:{}\r\n", server.port())));
}

TEST(Http, JoinsChunks) {
  TestServer server([](TestConnection& c, const std::string&) {
    c.Write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    c.Write("7\r\n, world\r\n0\r\n\r\n");
  });
  EXPECT_EQ(Get({server.Url(), ""}, Options())->body.view(), "hello, world");
}

TEST(Http, ReadsLargeBodiesWhole) {
  std::string body(5'000'000, '\0');
  for (size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31 >> 3);
  TestServer server([&](TestConnection& c, const std::string&) { c.Answer(body); });
  const auto answer = Get({server.Url(), ""}, Options());
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->body.view() == body);
}

TEST(Http, ReadsUntilTheEndWhereNoLengthIsGiven) {
  TestServer server(
      [](TestConnection& c, const std::string&) { c.Write("HTTP/1.0 200 OK\r\n\r\nall of it"); });
  EXPECT_EQ(Get({server.Url(), ""}, Options())->body.view(), "all of it");
}

TEST(Http, LeavesContentEncodingAlone) {
  TestServer server([](TestConnection& c, const std::string&) {
    c.Write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x01");
  });
  EXPECT_EQ(Get({server.Url(), ""}, Options())->body.view(), "\x1f\x8b\x08\x01");
}

TEST(Http, SendsCredentialsAndHeaders) {
  TestServer server([](TestConnection& c, const std::string&) { c.Answer("x"); });
  HttpOptions options = Options();
  options.headers = {"X-Tenant: blue", "Host: other"};
  options.bearer_token = "secret";
  ASSERT_TRUE(Get({server.Url(), ""}, options).has_value());
  EXPECT_TRUE(Contains(server.heads()[0], "X-Tenant: blue\r\n"));
  EXPECT_TRUE(Contains(server.heads()[0], "Host: other\r\n"));
  EXPECT_TRUE(Contains(server.heads()[0], "Authorization: Bearer secret\r\n"));
  options = Options();
  options.user_password = "Aladdin:open sesame";
  ASSERT_TRUE(Get({server.Url(), ""}, options).has_value());
  EXPECT_TRUE(
      Contains(server.heads()[1], "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));  // RFC 7617
  const auto answer = Get({fmt::format("http://user:pw@127.0.0.1:{}/", server.port()), ""}, Options());
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(Contains(server.heads()[2], "Authorization: Basic dXNlcjpwdw==\r\n"));
  EXPECT_FALSE(Contains(answer->url, "pw"));
}

TEST(Http, RefusesHeadersThatWouldInjectOthers) {
  HttpOptions options = Options();
  TestServer server([](TestConnection& c, const std::string&) { c.Answer("x"); });
  options.headers = {"X: a\r\nY: b"};
  EXPECT_EQ(ErrorOf(Get({server.Url(), ""}, options)).code, ErrorCode::kUsage);
  options.headers.clear();
  options.bearer_token = "token\n";
  EXPECT_EQ(ErrorOf(Get({server.Url(), ""}, options)).code, ErrorCode::kUsage);
  EXPECT_EQ(ErrorOf(Get({server.Url("/a b"), ""}, Options())).code, ErrorCode::kUsage);
  EXPECT_TRUE(server.heads().empty());
}

TEST(Http, NamesTheStatusAndTheReason) {
  TestServer server([](TestConnection& c, const std::string& path) {
    if (path == "/debug/pprof/heap")
      return c.Answer("<html><head><title>Nothing here</title>", "text/html", 404);
    if (path == "/secret") return c.Answer("who are you?\nsecond line", "text/plain", 401);
    c.Answer("could not: \x01 broken\n", "text/plain", 500);
  });
  Error error = ErrorOf(Get({server.Url("/debug/pprof/heap"), ""}, Options()));
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_EQ(error.what, "expected status 200, found 404 (not found): Nothing here");
  EXPECT_EQ(error.where, server.Url("/debug/pprof/heap"));
  EXPECT_TRUE(Contains(error.hint, "import _ \"net/http/pprof\"")) << error.hint;
  error = ErrorOf(Get({server.Url("/secret"), ""}, Options()));
  EXPECT_EQ(error.code, ErrorCode::kPermission);
  EXPECT_EQ(error.what, "expected status 200, found 401 (unauthorized): who are you?");
  EXPECT_TRUE(Contains(error.hint, "--bearer")) << error.hint;
  error = ErrorOf(Get({server.Url("/x"), ""}, Options()));
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_EQ(error.what, "expected status 200, found 500 (internal server error): could not: ? broken");
}

TEST(Http, AskTakesAnyStatus) {
  TestServer server([](TestConnection& c, const std::string&) {
    c.Write("HTTP/1.1 503 Busy\r\nX-Go-Pprof: 1\r\nContent-Type: text/plain; charset=utf-8\r\n");
    c.Write("Content-Length: 3\r\n\r\nwhy");
  });
  const auto reply = Ask({server.Url("/x"), ""}, Options());
  ASSERT_TRUE(reply.has_value()) << reply.error().Text();
  EXPECT_EQ(reply->status, 503u);
  EXPECT_EQ(reply->reason, "Busy");
  EXPECT_TRUE(reply->by_go_pprof);
  EXPECT_EQ(reply->content_type, "text/plain");
  EXPECT_EQ(reply->body.view(), "why");
}

TEST(Http, PostsABody) {
  TestServer server([](TestConnection& c, const std::string&) { c.Answer("0x1 main.main"); });
  const auto reply = Ask({server.Url("/symbol"), "", "0x1+0x2"}, Options());
  ASSERT_TRUE(reply.has_value()) << reply.error().Text();
  EXPECT_EQ(reply->body.view(), "0x1 main.main");
  EXPECT_TRUE(server.heads()[0].starts_with("POST /symbol HTTP/1.1\r\n"));
  EXPECT_TRUE(Contains(server.heads()[0], "Content-Length: 7\r\n"));
}

TEST(Http, APatientBodyMayTakeLongerThanTheTimeout) {
  TestServer server([](TestConnection& c, const std::string&) {
    c.Write("HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n");
    for (int i = 0; i < 300 && c.Write("x"); ++i) std::this_thread::sleep_for(milliseconds(5));
  });
  HttpOptions options = Options();
  options.timeout = milliseconds(1000);  // of what takes at least 1500
  options.patient_body = true;
  const auto reply = Ask({server.Url(), ""}, options);
  ASSERT_TRUE(reply.has_value()) << reply.error().Text();
  EXPECT_EQ(reply->body.size(), 300u);
}

TEST(Http, ErrorsInTheWordsOfGo) {
  const auto refused = Ask({"http://127.0.0.1:1/", ""}, Options());
  EXPECT_EQ(GoText(refused.error()), "dial tcp 127.0.0.1:1: connect: connection refused");
  const auto unknown = Ask({"http://empty..label:6060/", ""}, Options());
  EXPECT_EQ(GoText(unknown.error()), "dial tcp: lookup empty..label: no such host");
}

TEST(Http, SaysWhatRefusedConnectionsMean) {
  int port = 0;
  {
    port = TestServer([](TestConnection&, const std::string&) {}).port();
  }
  const Error error = ErrorOf(Get({fmt::format("http://127.0.0.1:{}/", port), ""}, Options()));
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_TRUE(Contains(error.what, fmt::format("no connection to 127.0.0.1:{}", port))) << error.what;
  EXPECT_TRUE(Contains(error.hint, "is the port right?"));
}

TEST(Http, SaysWhenAHostHasNoAddress) {
  const Error error = ErrorOf(Get({"http://empty..label:6060/", ""}, Options()));
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_TRUE(Contains(error.what, "no address for the host \"empty..label\"")) << error.what;
}

TEST(Http, EndsASlowLorisAtTheDeadline) {
  TestServer server([](TestConnection& c, const std::string&) {
    c.Write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    while (c.Write("x")) std::this_thread::sleep_for(milliseconds(5));
  });
  HttpOptions options = Options();
  options.timeout = milliseconds(300);
  const Error error = ErrorOf(Get({server.Url("/debug/pprof/goroutine?debug=2"), ""}, options));
  EXPECT_EQ(error.code, ErrorCode::kTimeout);
  EXPECT_TRUE(Contains(error.what, "no whole answer within 300 ms")) << error.what;
  EXPECT_TRUE(Contains(error.hint, "--timeout") && Contains(error.hint, "--no-stw")) << error.hint;
}

TEST(Http, EndsSilenceBeforeTheHeaderAtTheDeadline) {
  TestServer server([](TestConnection& c, const std::string&) { c.WaitUntilClosed(); });
  HttpOptions options = Options();
  options.timeout = milliseconds(200);
  const Error error = ErrorOf(Get({server.Url(), ""}, options));
  EXPECT_EQ(error.code, ErrorCode::kTimeout);
  EXPECT_TRUE(Contains(error.what, "nothing had come")) << error.what;
}

TEST(Http, EndsEndlessBodiesAtTheLimit) {
  TestServer server([](TestConnection& c, const std::string& path) {
    const bool chunked = path == "/chunked";
    c.Write(chunked ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" : "HTTP/1.1 200 OK\r\n\r\n");
    const std::string block = chunked ? "1000\r\n" + std::string(4096, 'x') + "\r\n" : std::string(4096, 'x');
    while (c.Write(block)) {
    }
  });
  HttpOptions options = Options();
  options.max_body = 1 << 20;
  for (const char* path : {"/chunked", "/plain"}) {
    const Error error = ErrorOf(Get({server.Url(path), ""}, options));
    EXPECT_EQ(error.code, ErrorCode::kTooLarge);
    EXPECT_EQ(error.what, "the answer is longer than 1.0 MiB");
    EXPECT_TRUE(Contains(error.hint, "--max-body")) << error.hint;
  }
}

TEST(Http, DoesNotBelieveAHugeContentLength) {
  TestServer server([](TestConnection& c, const std::string& path) {
    c.Write("HTTP/1.1 200 OK\r\nContent-Length: " + path.substr(1) + "\r\n\r\nx");
  });
  EXPECT_EQ(ErrorOf(Get({server.Url("/18446744073709551000"), ""}, Options())).code, ErrorCode::kTooLarge);
  // Within the limit, but a lie: no more is reserved than comes.
  EXPECT_EQ(ErrorOf(Get({server.Url("/2147483648"), ""}, Options())).code, ErrorCode::kUnavailable);
  EXPECT_FALSE(Get({server.Url("/99999999999999999999999"), ""}, Options()).has_value());
}

TEST(Http, ABodyOfExactlyTheLimitIsAllowed) {
  TestServer server([](TestConnection& c, const std::string&) { c.Answer(std::string(1000, 'x')); });
  HttpOptions options = Options();
  options.max_body = 1000;
  EXPECT_TRUE(Get({server.Url(), ""}, options).has_value());
  options.max_body = 999;
  EXPECT_EQ(ErrorOf(Get({server.Url(), ""}, options)).code, ErrorCode::kTooLarge);
}

TEST(Http, ACutBodyIsNoAnswer) {
  TestServer server([](TestConnection& c, const std::string& path) {
    if (path == "/length") c.Write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    if (path == "/chunked") c.Write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe");
  });
  for (const char* path : {"/length", "/chunked", "/nothing"}) {
    const Error error = ErrorOf(Get({server.Url(path), ""}, Options()));
    EXPECT_EQ(error.code, ErrorCode::kUnavailable) << path;
    EXPECT_TRUE(Contains(error.what, "closed before the answer was whole")) << error.what;
  }
}

TEST(Http, NamesWhatIsNoHttp) {
  TestServer server([](TestConnection& c, const std::string& path) {
    if (path == "/endless") {
      c.Write("HTTP/1.1 200 OK\r\n");
      while (c.Write("X-A: " + std::string(1000, 'a') + "\r\n")) {
      }
    }
    c.Write("SSH-2.0-OpenSSH_9.2\r\n\r\n");
  });
  const Error error = ErrorOf(Get({server.Url(), ""}, Options()));
  EXPECT_EQ(error.code, ErrorCode::kBadInput);
  EXPECT_TRUE(Contains(error.what, "expected an HTTP answer")) << error.what;
  EXPECT_EQ(ErrorOf(Get({server.Url("/endless"), ""}, Options())).code, ErrorCode::kBadInput);
}

TEST(Http, FollowsRedirectsOnTheSameHostOnly) {
  TestServer server([](TestConnection& c, const std::string& path) {
    auto to = [&](const std::string& where) {
      c.Write("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + where + "\r\n\r\n");
    };
    if (path == "/1")
      to("/a/2");
    else if (path == "/a/2")
      to("3");
    else if (path == "/loop")
      to("/loop");
    else if (path == "/away")
      to("http://127.0.0.2:1/");
    else if (path == "/bare")
      c.Write("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n");
    else
      c.Answer("arrived");
  });
  const auto answer = Get({server.Url("/1"), ""}, Options());
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->url, server.Url("/a/3"));
  EXPECT_TRUE(Contains(ErrorOf(Get({server.Url("/loop"), ""}, Options())).what, "more than 3 times"));
  const Error away = ErrorOf(Get({server.Url("/away"), ""}, Options()));
  EXPECT_EQ(away.code, ErrorCode::kUnsupported);
  EXPECT_TRUE(Contains(away.what, "another host: http://127.0.0.2:1")) << away.what;
  EXPECT_FALSE(Get({server.Url("/bare"), ""}, Options()).has_value());
}

TEST(Http, SpeaksOverUnixSockets) {
  const TempFolder folder;
  const std::string path = folder.path + "/x.sock";
  TestServer server([](TestConnection& c, const std::string&) { c.Answer("unix"); }, path);
  EXPECT_EQ(Get({"http://localhost/debug", path}, Options())->body.view(), "unix");
  EXPECT_EQ(server.paths(), std::vector<std::string>{"/debug"});
  EXPECT_EQ(ErrorOf(Get({"http://localhost/", folder.path + "/none.sock"}, Options())).code,
            ErrorCode::kNotFound);
  EXPECT_EQ(ErrorOf(Get({"http://localhost/", "/" + std::string(200, 'a')}, Options())).code,
            ErrorCode::kUsage);
}

TEST(Http, SpeaksOverIpv6) {
  const int probe = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in6 loopback{.sin6_family = AF_INET6,
                        .sin6_port = 0,
                        .sin6_flowinfo = 0,
                        .sin6_addr = IN6ADDR_LOOPBACK_INIT,
                        .sin6_scope_id = 0};
  const bool usable = probe >= 0 && bind(probe, reinterpret_cast<sockaddr*>(&loopback), sizeof loopback) == 0;
  if (probe >= 0) close(probe);
  if (!usable) GTEST_SKIP() << "this machine has no IPv6 loopback";
  TestServer server([](TestConnection& c, const std::string&) { c.Answer("six"); }, "::1");
  EXPECT_EQ(Get({server.Url("/"), ""}, Options())->body.view(), "six");
  EXPECT_TRUE(Contains(server.heads()[0], fmt::format("Host: [::1]:{}\r\n", server.port())));
}

class HttpTls : public ::testing::Test {
 protected:
  TempFolder folder_;
  TestCertificate own_{folder_, "server"};
  TestCertificate client_{folder_, "client"};
};

TEST_F(HttpTls, TrustsOnlyKnownAuthorities) {
  TestServer server([](TestConnection& c, const std::string&) { c.Answer("tls"); }, "127.0.0.1",
                    {&own_, nullptr});
  Error error = ErrorOf(Get({server.Url(), ""}, Options()));
  EXPECT_EQ(error.code, ErrorCode::kPermission);
  EXPECT_TRUE(Contains(error.what, "is not trusted: self-signed certificate")) << error.what;
  EXPECT_TRUE(Contains(error.hint, "--insecure"));
  HttpOptions options = Options();
  options.insecure = true;
  EXPECT_EQ(Get({server.Url(), ""}, options)->body.view(), "tls");
  options = Options();
  options.authorities = own_.cert_file;
  EXPECT_EQ(Get({server.Url(), ""}, options)->body.view(), "tls");
  EXPECT_EQ(Get({fmt::format("https://localhost:{}", server.port()), ""}, options)->body.view(), "tls");
  options.authorities = client_.cert_file;
  EXPECT_EQ(ErrorOf(Get({server.Url(), ""}, options)).code, ErrorCode::kPermission);
}

TEST_F(HttpTls, ChecksTheName) {
  TestServer server([](TestConnection& c, const std::string&) { c.Answer("tls"); }, "127.0.0.2",
                    {&own_, nullptr});
  HttpOptions options = Options();
  options.authorities = own_.cert_file;
  const Error error = ErrorOf(Get({server.Url(), ""}, options));
  EXPECT_TRUE(Contains(error.what, "IP address mismatch")) << error.what;
}

TEST_F(HttpTls, ShowsAClientCertificate) {
  TestServer server([](TestConnection& c, const std::string&) { c.Answer("mutual"); }, "127.0.0.1",
                    {&own_, &client_});
  HttpOptions options = Options();
  options.authorities = own_.cert_file;
  const Error error = ErrorOf(Get({server.Url(), ""}, options));
  EXPECT_TRUE(Contains(error.hint, "--cert")) << error.Text();
  options.client_certificate = client_.cert_file;
  options.client_key = client_.key_file;
  const auto answer = Get({server.Url(), ""}, options);
  ASSERT_TRUE(answer.has_value()) << answer.error().Text();
  EXPECT_EQ(answer->body.view(), "mutual");
  options.client_key = own_.key_file;
  EXPECT_EQ(ErrorOf(Get({server.Url(), ""}, options)).code, ErrorCode::kUsage);
  options.client_certificate = folder_.path + "/none.pem";
  const Error missing = ErrorOf(Get({server.Url(), ""}, options));
  EXPECT_EQ(missing.code, ErrorCode::kUsage);
  EXPECT_TRUE(Contains(missing.what, "--cert")) << missing.what;
}

TEST_F(HttpTls, SaysWhichSideSpeaksTls) {
  TestServer plain([](TestConnection& c, const std::string&) { c.Answer("x"); });
  TestServer tls([](TestConnection& c, const std::string&) { c.Answer("x"); }, "127.0.0.1", {&own_, nullptr});
  // The plain server reads the client hello as a request that never ends: the deadline ends it.
  HttpOptions options = Options();
  options.timeout = milliseconds(300);
  EXPECT_FALSE(Get({fmt::format("https://127.0.0.1:{}", plain.port()), ""}, options).has_value());
  EXPECT_FALSE(Get({fmt::format("http://127.0.0.1:{}", tls.port()), ""}, options).has_value());
}

}  // namespace
}  // namespace seep::capture
