// All of Boost.Beast that the server uses. A connection is a thread with an event loop of its own, run until
// a deadline: a client that dawdles is cut off, whatever it does.
#include "serve/http_server.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "serve/query.h"

namespace seep::serve {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = asio::ip::tcp;
using AsioError = boost::system::error_code;

constexpr uint32_t kMaxHeader = 32 * 1024;
constexpr auto kReadTime = std::chrono::seconds(10);   // for a request to come in
constexpr auto kWriteTime = std::chrono::seconds(60);  // for an answer to be taken
constexpr size_t kMaxConnections = 64;

http::response<http::string_body> Response(const http::request<http::empty_body>& request, Answer answer) {
  http::response<http::string_body> out(static_cast<http::status>(answer.status), request.version());
  out.set(http::field::server, "seep");
  out.set(http::field::content_type, answer.type);
  out.set(http::field::cache_control, "no-store");
  out.set("X-Content-Type-Options", "nosniff");
  out.set("Referrer-Policy", "no-referrer");
  out.set("Cross-Origin-Resource-Policy", "same-origin");
  out.set("X-Frame-Options", "DENY");
  if (!answer.location.empty()) out.set(http::field::location, answer.location);
  if (!answer.download_as.empty())
    out.set(http::field::content_disposition, "attachment;filename=" + answer.download_as);
  out.keep_alive(false);
  const size_t size = answer.body.size();
  if (request.method() != http::verb::head) out.body() = std::move(answer.body);
  out.content_length(size);
  return out;
}

Answer AnswerTo(const http::request<http::empty_body>& request, std::string_view own_name,
                const Handler& handler) {
  if (!HostIsOurs(request[http::field::host], own_name))
    return {
        .status = 403,
        .body = "this page is reached as localhost, by an address, or by the name that -http was given\n"};
  const bool is_post = request.method() == http::verb::post;
  if (!is_post && request.method() != http::verb::get && request.method() != http::verb::head)
    return {.status = 405, .body = "only GET, HEAD and POST are answered\n"};
  if (is_post && !OriginIsOurs(request[http::field::origin], request[http::field::host]))
    return {.status = 403, .body = "a page of another site may change nothing here\n"};
  const std::string_view target = request.target();
  if (!target.starts_with('/')) return {.status = 400, .body = "the path of a request begins with /\n"};
  const size_t question = target.find('?');
  return handler({PercentDecoded(target.substr(0, question), false),
                  std::string(question == target.npos ? "" : target.substr(question + 1)), is_post});
}

}  // namespace

struct HttpServer::Inside {
  explicit Inside(std::string host) : own_name(std::move(host)) {}

  // Runs what `start` starts; false if it failed or took longer than `time`.
  template <class Start>
  static bool Within(asio::io_context& io, Tcp::socket& socket, std::chrono::seconds time, Start start) {
    AsioError result = asio::error::would_block;
    start([&](AsioError error, size_t) { result = error; });
    io.restart();
    io.run_for(time);
    if (result != asio::error::would_block) return !result;
    AsioError ignored;
    std::ignore = socket.close(ignored);
    io.restart();
    io.run();
    return false;
  }

  void Serve(int handle, bool v6, const Handler& handler) const {
    asio::io_context connection_io{1};
    Tcp::socket socket(connection_io);
    AsioError error;
    if (socket.assign(v6 ? Tcp::v6() : Tcp::v4(), handle, error)) return;
    beast::flat_buffer buffer(kMaxHeader + 4096);
    http::request_parser<http::empty_body> parser;
    parser.header_limit(kMaxHeader);
    parser.body_limit(0);
    if (!Within(connection_io, socket, kReadTime,
                [&](auto done) { http::async_read_header(socket, buffer, parser, std::move(done)); }))
      return;
    auto response = Response(parser.get(), AnswerTo(parser.get(), own_name, handler));
    http::serializer<false, http::string_body> serializer(response);
    Within(connection_io, socket, kWriteTime,
           [&](auto done) { http::async_write(socket, serializer, std::move(done)); });
    std::ignore = socket.shutdown(Tcp::socket::shutdown_both, error);
  }

  // A connection's thread counts itself out as the last thing it does.
  void Start(Tcp::socket socket, const Handler& handler) {
    {
      const std::scoped_lock lock(mutex);
      if (open == kMaxConnections) return;
      ++open;
    }
    AsioError error;
    const bool v6 = socket.local_endpoint(error).address().is_v6();
    const int handle = socket.release(error);
    std::thread([this, handle, v6, &handler] {
      Serve(handle, v6, handler);
      const std::scoped_lock lock(mutex);
      --open;
      ended.notify_all();
    }).detach();
  }

  std::string own_name;
  asio::io_context io{1};
  Tcp::acceptor acceptor{io};
  std::mutex mutex;
  std::condition_variable ended;
  size_t open = 0;
  bool stopped = false;
};

Result<std::unique_ptr<HttpServer>> HttpServer::Listen(const std::string& host, uint16_t port) {
  const auto failed = [&](const AsioError& error) {
    return Fail(ErrorCode::kUnavailable, fmt::format("listen {}:{}: {}", host, port, error.message()), "",
                "choose another port, or none: -http=localhost:");
  };
  auto inside = std::make_unique<Inside>(host);
  AsioError error;
  Tcp::resolver resolver(inside->io);
  const auto found = resolver.resolve(host, std::to_string(port), error);
  if (error) return failed(error);
  if (found.empty()) return failed(asio::error::host_not_found);
  // "localhost" is often ::1 first, which people's other tools do not always reach: IPv4 is taken where there
  // is one.
  Tcp::endpoint endpoint = found.begin()->endpoint();
  for (const auto& entry : found) {
    if (!entry.endpoint().address().is_v4()) continue;
    endpoint = entry.endpoint();
    break;
  }
  Tcp::acceptor& acceptor = inside->acceptor;
  // Each returns the error that it also sets.
  if (acceptor.open(endpoint.protocol(), error) ||
      acceptor.set_option(Tcp::acceptor::reuse_address(true), error) || acceptor.bind(endpoint, error) ||
      acceptor.listen(asio::socket_base::max_listen_connections, error))
    return failed(error);
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(inside)));
}

HttpServer::HttpServer(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
HttpServer::~HttpServer() = default;

uint16_t HttpServer::port() const {
  AsioError ignored;
  return inside_->acceptor.local_endpoint(ignored).port();
}

void HttpServer::Run(const Handler& handler) {
  Inside& in = *inside_;
  std::function<void()> next = [&] {
    in.acceptor.async_accept([&](AsioError error, Tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (!error) in.Start(std::move(socket), handler);
      next();
    });
  };
  next();
  {
    const std::scoped_lock lock(in.mutex);
    if (in.stopped) return;
  }
  in.io.run();
  std::unique_lock lock(in.mutex);
  in.ended.wait(lock, [&] { return in.open == 0; });
}

void HttpServer::Stop() {
  {
    const std::scoped_lock lock(inside_->mutex);
    inside_->stopped = true;
  }
  inside_->io.stop();
}

bool HostIsOurs(std::string_view host_header, std::string_view own_name) {
  const size_t bracket = host_header.starts_with('[') ? host_header.find(']') : 0;
  if (bracket == host_header.npos) return false;
  const size_t end = std::min(host_header.find(':', bracket), host_header.size());
  std::string_view host = host_header.substr(0, end), port = host_header.substr(end);
  if (bracket != 0) {
    if (bracket + 1 != end) return false;
    host = host.substr(1, bracket - 1);
  }
  if (!port.empty()) port.remove_prefix(1);
  if (host.empty() || port.find_first_not_of("0123456789") != port.npos) return false;
  if (EqualsIgnoreCase(host, "localhost") || EqualsIgnoreCase(host, own_name)) return true;
  if (host.find('%') != host.npos) return false;  // a zone, which may be any text
  AsioError error;
  asio::ip::make_address(std::string(host), error);
  return !error;
}

bool OriginIsOurs(std::string_view origin_header, std::string_view host_header) {
  constexpr std::string_view kHttp = "http://";
  return origin_header.empty() ||
         (origin_header.starts_with(kHttp) && origin_header.substr(kHttp.size()) == host_header);
}

}  // namespace seep::serve
