// All of Boost.Beast and Asio that seep's client uses: it compiles slowly, so nothing else includes them.
//
// The blocking calls are asynchronous operations run until a deadline: a read timeout of the socket would
// start anew with every byte that trickles in, a deadline does not. Name lookup is the exception: getaddrinfo
// cannot be cancelled, so it runs in a thread of its own that is left behind when it is late.
#include "capture/http.h"

#include <netdb.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <future>
#include <thread>

#include <fmt/format.h>

#include "base/text.h"
#include "capture/http_errors.h"
#include "capture/url.h"

namespace seep::capture {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Socket = asio::generic::stream_protocol::socket;
using Endpoint = asio::generic::stream_protocol::endpoint;
using SteadyTime = std::chrono::steady_clock::time_point;
using AsioError = boost::system::error_code;

constexpr uint64_t kMaxErrorBody = 64 * 1024;
constexpr uint32_t kMaxHeader = 64 * 1024;
constexpr size_t kChunk = 256 * 1024;
constexpr uint64_t kReserveAtMost = uint64_t{64} << 20;  // a Content-Length is only a claim
constexpr int kMaxRedirects = 3;
constexpr size_t kMaxAddresses = 8;

struct Raw {
  unsigned status = 0;
  std::string location;
  std::string reason;
  std::string content_type;
  bool by_go_pprof = false;
  std::string body;
};

struct Exchange {
  const Url& url;
  const HttpOptions& options;
  const HttpRequest& request;
  SteadyTime deadline;
  asio::io_context io{1};
};

// Runs what `start` starts until it is done or `until` has passed; then the socket is closed, which ends the
// operation.
template <class Start>
AsioError RunUntil(Exchange& x, Socket& socket, SteadyTime until, Start start) {
  AsioError result;
  bool done = false;
  start([&](AsioError error, auto&&...) {
    result = error;
    done = true;
  });
  x.io.restart();
  x.io.run_until(until);
  if (done) return result;
  AsioError ignored;
  socket.close(ignored);
  x.io.restart();
  x.io.run();
  return asio::error::timed_out;
}

struct Peer {
  Endpoint endpoint;
  std::string name;
};

struct Lookup {
  std::vector<Peer> peers;
  int error = 0;
};

Lookup ResolveNow(const std::string& host, uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  Lookup lookup;
  lookup.error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (lookup.error != 0) return lookup;
  for (const addrinfo* a = found; a != nullptr && lookup.peers.size() < kMaxAddresses; a = a->ai_next) {
    asio::ip::tcp::endpoint endpoint;
    if (a->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), a->ai_addr, a->ai_addrlen);
    endpoint.resize(a->ai_addrlen);
    const std::string address = endpoint.address().to_string();
    lookup.peers.push_back({Endpoint(endpoint), endpoint.address().is_v6()
                                                    ? fmt::format("[{}]:{}", address, port)
                                                    : fmt::format("{}:{}", address, port)});
  }
  freeaddrinfo(found);
  return lookup;
}

Result<std::vector<Peer>> FindPeers(const Exchange& x) {
  if (const std::string& path = x.request.unix_socket; !path.empty()) {
    if (path.size() >= 108)  // sizeof(sockaddr_un::sun_path)
      return Fail(ErrorCode::kUsage, "a path of a unix socket has at most 107 bytes", path);
    return std::vector<Peer>{{Endpoint(asio::local::stream_protocol::endpoint(path)), path}};
  }
  auto promise = std::make_shared<std::promise<Lookup>>();
  std::future<Lookup> answer = promise->get_future();
  std::thread([promise, host = x.url.host, port = x.url.port] {
    promise->set_value(ResolveNow(host, port));
  }).detach();
  const auto until = std::min(x.deadline, std::chrono::steady_clock::now() + x.options.connect_timeout);
  if (answer.wait_until(until) != std::future_status::ready) {
    return Fail(ResolveError(
        x.url, "the name servers did not answer within " + FormatDuration(x.options.connect_timeout)));
  }
  Lookup lookup = answer.get();
  if (lookup.error != 0) return Fail(ResolveError(x.url, gai_strerror(lookup.error)));
  if (lookup.peers.empty()) return Fail(ResolveError(x.url, "the answer was empty"));
  return std::move(lookup.peers);
}

// The first address that answers; the error of the last one otherwise, since the first is often an unused
// ::1.
Status Connect(Exchange& x, Socket& socket) {
  SEEP_TRY(const std::vector<Peer> peers, FindPeers(x));
  Error last;
  for (const Peer& peer : peers) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= x.deadline) break;
    AsioError ignored;
    socket.close(ignored);
    const AsioError error =
        RunUntil(x, socket, std::min(x.deadline, now + x.options.connect_timeout),
                 [&](auto handler) { socket.async_connect(peer.endpoint, std::move(handler)); });
    if (!error) return {};
    last = error == asio::error::timed_out ? ConnectTimeout(x.url, peer.name, x.options.connect_timeout)
                                           : ConnectError(x.url, peer.name, error);
  }
  if (last.what.empty()) last = DeadlineError(x.url, x.options.timeout, 0);
  return Fail(std::move(last));
}

std::string Base64(std::string_view text) {
  std::string encoded((text.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  encoded.resize(static_cast<size_t>(length));
  return encoded;
}

Result<http::request<http::string_body>> MakeRequest(const Exchange& x) {
  http::request<http::string_body> request{http::verb::get, x.url.Request(), 11};
  if (x.request.post) {
    request.method(http::verb::post);
    request.set(http::field::content_type, "application/octet-stream");
    request.body() = *x.request.post;
    request.prepare_payload();
  }
  const std::string origin = x.url.Origin();
  request.set(http::field::host, origin.substr(origin.find("://") + 3));
  request.set(http::field::user_agent, "seep");
  request.set(http::field::accept, "*/*");
  // The target's CPU is dearer than the network's: no compression on the way. Profiles are gzip by
  // themselves.
  request.set(http::field::accept_encoding, "identity");
  request.set(http::field::connection, "close");
  const std::string& user = x.options.user_password.empty() ? x.url.user_password : x.options.user_password;
  if (!user.empty()) request.set(http::field::authorization, "Basic " + Base64(user));
  if (!x.options.bearer_token.empty())
    request.set(http::field::authorization, "Bearer " + x.options.bearer_token);
  for (const std::string& header : x.options.headers) {
    const size_t colon = header.find(':');
    if (colon == std::string::npos || colon == 0 || header.find_first_of("\r\n") != std::string::npos) {
      return Fail(ErrorCode::kUsage,
                  fmt::format("\"{}\" is no header: expected 'Name: value'", Printable(header)), "--header");
    }
    request.set(header.substr(0, colon), Trim(std::string_view(header).substr(colon + 1)));
  }
  if (x.options.bearer_token.find_first_of("\r\n") != std::string::npos) {
    return Fail(ErrorCode::kUsage, "the token holds a line break", "--bearer",
                "strip it: --bearer \"$(tr -d '\\n' < FILE)\"");
  }
  return request;
}

Error ReadError(const Exchange& x, const AsioError& error, uint64_t received) {
  const std::string url = x.url.Text();
  if (error == asio::error::timed_out) return DeadlineError(x.url, x.options.timeout, received);
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return {ErrorCode::kBadInput,
            fmt::format("the answer's header is longer than {}", FormatBytes(kMaxHeader)), url,
            "is this the right port?"};
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message ||
      error == asio::error::eof || error == asio::error::connection_reset ||
      error == asio::ssl::error::stream_truncated || error == asio::error::broken_pipe) {
    return {ErrorCode::kUnavailable,
            fmt::format("the connection was closed before the answer was whole: {} had come",
                        received == 0 ? "nothing" : FormatBytes(static_cast<double>(received))),
            url, "did the service restart or run out of memory? try again"};
  }
  if (error.category() == http::make_error_code(http::error::bad_version).category()) {
    return {ErrorCode::kBadInput, "expected an HTTP answer, found something else: " + error.message(), url,
            x.url.scheme == "http" ? "is this the right port? if it speaks TLS, write https://"
                                   : "is this the right port?"};
  }
  return {ErrorCode::kUnavailable, "reading failed: " + error.message(), url, {}};
}

using Parser = http::response_parser<http::buffer_body>;

template <class Stream>
Status ReadBody(Exchange& x, Stream& stream, Socket& socket, beast::flat_buffer& buffer, Parser& parser,
                Raw& raw) {
  const bool wanted = raw.status == 200;
  const uint64_t limit = wanted ? x.options.max_body : kMaxErrorBody;
  const auto length = parser.content_length();
  if (wanted && length && *length > limit) return Fail(BodyTooLarge(x.url, limit));
  raw.body.reserve(std::min(length.value_or(0), kReserveAtMost));
  std::string chunk(kChunk, '\0');
  while (!parser.is_done()) {
    parser.get().body().data = chunk.data();
    parser.get().body().size = chunk.size();
    const SteadyTime until =
        x.options.patient_body ? std::chrono::steady_clock::now() + x.options.timeout : x.deadline;
    AsioError error = RunUntil(x, socket, until, [&](auto handler) {
      http::async_read_some(stream, buffer, parser, std::move(handler));
    });
    if (error == http::error::need_buffer) error = {};
    const size_t got = chunk.size() - parser.get().body().size;
    if (got > limit - raw.body.size()) {
      if (wanted) return Fail(BodyTooLarge(x.url, limit));
      raw.body.append(chunk.data(), limit - raw.body.size());
      return {};
    }
    raw.body.append(chunk.data(), got);
    if (error && !wanted) return {};  // the status says more than a cut error page
    if (error) return Fail(ReadError(x, error, raw.body.size()));
  }
  return {};
}

template <class Stream>
Result<Raw> Talk(Exchange& x, Stream& stream, Socket& socket) {
  SEEP_TRY(auto request, MakeRequest(x));
  AsioError error = RunUntil(x, socket, x.deadline,
                             [&](auto handler) { http::async_write(stream, request, std::move(handler)); });
  // A server may answer (401, 413) and close before it has read the request: look for the answer all the
  // same.
  if (error && error != asio::error::broken_pipe && error != asio::error::connection_reset) {
    return Fail(ReadError(x, error, 0));
  }
  beast::flat_buffer buffer(kChunk);
  Parser parser;
  parser.header_limit(kMaxHeader);
  parser.body_limit(boost::none);  // ReadBody has its own, which names the flag
  error = RunUntil(x, socket, x.deadline, [&](auto handler) {
    http::async_read_header(stream, buffer, parser, std::move(handler));
  });
  if (error) return Fail(ReadError(x, error, 0));
  Raw raw;
  raw.status = parser.get().result_int();
  raw.reason = std::string(parser.get().reason());
  raw.location = parser.get()[http::field::location];
  raw.by_go_pprof = !parser.get()["X-Go-Pprof"].empty();
  raw.content_type = parser.get()[http::field::content_type];
  raw.content_type = Trim(std::string_view(raw.content_type).substr(0, raw.content_type.find(';')));
  std::ranges::transform(raw.content_type, raw.content_type.begin(),
                         [](unsigned char c) { return std::tolower(c); });
  SEEP_TRY_VOID(ReadBody(x, stream, socket, buffer, parser, raw));
  return raw;
}

// OpenSSL linked into one file knows Debian's place of the certificates only.
constexpr const char* kAuthorityFiles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // CentOS
    "/etc/ssl/cert.pem",                                  // Alpine, BSDs
};

Status LoadFile(const AsioError& error, const std::string& file, const char* flag, const char* expected) {
  if (!error) return {};
  return Fail(ErrorCode::kUsage, fmt::format("{}: expected {}, found: {}", flag, expected, error.message()),
              file, "is the file there, readable, and PEM?");
}

Status PrepareTls(const HttpOptions& options, asio::ssl::context& tls) {
  AsioError error;
  tls.set_verify_mode(options.insecure ? asio::ssl::verify_none : asio::ssl::verify_peer, error);
  if (!options.authorities.empty()) {
    tls.load_verify_file(options.authorities, error);
    SEEP_TRY_VOID(LoadFile(error, options.authorities, "--ca", "certificates of authorities"));
  } else if (!options.insecure) {
    tls.set_default_verify_paths(error);
    for (const char* file : kAuthorityFiles) {
      tls.load_verify_file(file, error);
      if (!error) break;
    }
  }
  if (options.client_certificate.empty()) return {};
  tls.use_certificate_chain_file(options.client_certificate, error);
  SEEP_TRY_VOID(LoadFile(error, options.client_certificate, "--cert", "a certificate"));
  const std::string& key = options.client_key.empty() ? options.client_certificate : options.client_key;
  tls.use_private_key_file(key, asio::ssl::context::pem, error);
  return LoadFile(error, key, "--key", "the certificate's private key");
}

Error HandshakeError(const Exchange& x, const AsioError& error, long verified) {
  const std::string url = x.url.Text();
  if (error == asio::error::timed_out) return DeadlineError(x.url, x.options.timeout, 0);
  if (verified != X509_V_OK) {
    return {ErrorCode::kPermission,
            fmt::format("the certificate of {} is not trusted: {}", x.url.HostPort(),
                        X509_verify_cert_error_string(verified)),
            url, "--ca FILE trusts its authority, --insecure trusts anybody"};
  }
  std::string hint = "does this port speak TLS? if not, write http://";
  if (error.message().find("certificate required") != std::string::npos ||
      error.message().find("bad certificate") != std::string::npos) {
    hint = "the server asks for a client certificate: --cert FILE --key FILE";
  }
  return {ErrorCode::kUnavailable, "the TLS handshake failed: " + error.message(), url, hint};
}

Result<Raw> TalkTls(Exchange& x) {
  asio::ssl::context tls(asio::ssl::context::tls_client);
  SEEP_TRY_VOID(PrepareTls(x.options, tls));
  asio::ssl::stream<Socket> stream(x.io, tls);
  SSL* ssl = stream.native_handle();
  AsioError not_an_address;
  asio::ip::make_address(x.url.host, not_an_address);
  if (not_an_address) {
    SSL_set_tlsext_host_name(ssl, x.url.host.c_str());
    SSL_set1_host(ssl, x.url.host.c_str());
  } else {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), x.url.host.c_str());
  }
  Socket& socket = stream.next_layer();
  SEEP_TRY_VOID(Connect(x, socket));
  const AsioError error = RunUntil(x, socket, x.deadline, [&](auto handler) {
    stream.async_handshake(asio::ssl::stream_base::client, std::move(handler));
  });
  if (error)
    return Fail(HandshakeError(x, error, x.options.insecure ? X509_V_OK : SSL_get_verify_result(ssl)));
  auto raw = Talk(x, stream, socket);
  // TLS 1.3: a refused client certificate is told only after the handshake, as an alert in place of the
  // answer.
  if (!raw.has_value() && raw.error().what.find("certificate") != std::string::npos) {
    raw.error().hint = "the server asks for a client certificate: --cert FILE --key FILE";
    raw.error().code = ErrorCode::kPermission;
  }
  return raw;
}

Result<Raw> One(const Url& url, const HttpRequest& request, const HttpOptions& options, SteadyTime deadline) {
  Exchange x{url, options, request, deadline};
  if (url.scheme == "https") return TalkTls(x);
  Socket socket(x.io);
  SEEP_TRY_VOID(Connect(x, socket));
  return Talk(x, socket, socket);
}

bool IsRedirect(unsigned status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Where a redirect leads, if it may be followed: the same host and port, or from http to https of the same
// host.
Result<Url> Follow(const Url& from, const Raw& raw) {
  SEEP_TRY(Url to, Resolve(from, raw.location));
  const bool same = to.host == from.host && to.scheme == from.scheme && to.port == from.port;
  const bool upgrade = to.host == from.host && from.scheme == "http" && to.scheme == "https";
  if (same || upgrade) {
    to.user_password = from.user_password;
    return to;
  }
  return Fail(
      ErrorCode::kUnsupported,
      fmt::format("expected status 200, found {}, a redirect to another host: {}", raw.status, to.Origin()),
      from.Text(), "a login page or a gateway? if it is the service itself, give that URL");
}

}  // namespace

Result<HttpReply> Ask(const HttpRequest& request, const HttpOptions& options) {
  SEEP_TRY(Url url, ParseUrl(request.url));
  const auto deadline = std::chrono::steady_clock::now() + options.timeout;
  for (int redirects = 0;; ++redirects) {
    SEEP_TRY(Raw raw, One(url, request, options, deadline));
    if (!IsRedirect(raw.status) || raw.location.empty())
      return HttpReply{url.Text(),
                       raw.status,
                       std::move(raw.reason),
                       std::move(raw.content_type),
                       raw.by_go_pprof,
                       Bytes(std::move(raw.body))};
    if (redirects == kMaxRedirects) {
      return Fail(ErrorCode::kUnavailable, fmt::format("redirected more than {} times", kMaxRedirects),
                  request.url, "does the service redirect in a circle?");
    }
    SEEP_TRY(url, Follow(url, raw));
  }
}

Result<HttpAnswer> Get(const HttpRequest& request, const HttpOptions& options) {
  SEEP_TRY(HttpReply reply, Ask(request, options));
  if (reply.status == 200)
    return HttpAnswer{std::move(reply.url), std::move(reply.content_type), std::move(reply.body)};
  SEEP_TRY(const Url url, ParseUrl(reply.url));
  return Fail(StatusError(url, reply.status, reply.content_type, reply.body.view()));
}

}  // namespace seep::capture
