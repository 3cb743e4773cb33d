#include "sim/serve/dev_tls.hpp"

#include "reports/output/atomic_file.hpp"

#include <fmt/format.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <ostream>
#include <system_error>

namespace lapse::serve {

namespace {

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* what) const {
    Free(what);
  }
};
using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using key_context_ptr = std::unique_ptr<EVP_PKEY_CTX, freed_by<EVP_PKEY_CTX_free>>;
using certificate_ptr = std::unique_ptr<X509, freed_by<X509_free>>;
using bio_ptr = std::unique_ptr<BIO, freed_by<BIO_free>>;

constexpr long ten_years_s = 10L * 365 * 24 * 3600;

key_ptr make_key() {
  const key_context_ptr context{EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr)};
  EVP_PKEY* made = nullptr;
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context.get(), NID_X9_62_prime256v1) != 1 ||
      EVP_PKEY_keygen(context.get(), &made) != 1)
    return nullptr;
  return key_ptr{made};
}

bool add_extension(X509* to, X509* issuer, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  auto* made = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  const bool added = made != nullptr && X509_add_ext(to, made, -1) == 1;
  X509_EXTENSION_free(made);
  return added;
}

/// Without an issuer it signs itself, as an authority does.
certificate_ptr make_certificate(const std::string& name, EVP_PKEY* key, X509* issuer,
                                 EVP_PKEY* issuer_key, const std::string& names) {
  certificate_ptr result{X509_new()};
  unsigned char serial[16] = {};
  if (!result || RAND_bytes(serial, sizeof serial) != 1)
    return nullptr;
  serial[0] &= 0x7f;
  auto* number = BN_bin2bn(serial, sizeof serial, nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(result.get()));
  BN_free(number);
  X509_set_version(result.get(), 2);
  // An hour ago: a client's clock may be a little behind.
  X509_gmtime_adj(X509_getm_notBefore(result.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(result.get()), ten_years_s);
  X509_set_pubkey(result.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(result.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  const bool authority = issuer == nullptr;
  issuer = authority ? result.get() : issuer;
  X509_set_issuer_name(result.get(), X509_get_subject_name(issuer));
  const bool made =
      add_extension(result.get(), issuer, NID_subject_key_identifier, "hash") &&
      (authority
           ? add_extension(result.get(), issuer, NID_basic_constraints, "critical,CA:TRUE") &&
                 add_extension(result.get(), issuer, NID_key_usage, "critical,keyCertSign,cRLSign")
           : add_extension(result.get(), issuer, NID_subject_alt_name, names) &&
                 add_extension(result.get(), issuer, NID_authority_key_identifier, "keyid") &&
                 add_extension(result.get(), issuer, NID_ext_key_usage, "serverAuth"));
  if (!made || X509_sign(result.get(), issuer_key, EVP_sha256()) == 0)
    return nullptr;
  return result;
}

std::string text_in(BIO* from) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(from, &data);
  return {data, static_cast<std::size_t>(size)};
}

/// Empty, or what went wrong.
std::string write_file(const std::string& path, const std::string& text) {
  return output::write_whole(path, [&](std::ostream& out) { out << text; });
}

std::string write_certificate(const std::string& path, X509* what) {
  const bio_ptr text{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509(text.get(), what);
  return write_file(path, text_in(text.get()));
}

/// Nobody else may read it.
std::string write_key(const std::string& path, EVP_PKEY* what) {
  const bio_ptr text{BIO_new(BIO_s_mem())};
  PEM_write_bio_PKCS8PrivateKey(text.get(), what, nullptr, nullptr, 0, nullptr, nullptr);
  const auto before = ::umask(0077);
  auto problem = write_file(path, text_in(text.get()));
  ::umask(before);
  return problem;
}

} // namespace

std::array<std::string, 3> dev_tls_paths(const std::string& folder) {
  return {folder + "/ca.pem", folder + "/cert.pem", folder + "/key.pem"};
}

tl::expected<tls_files, std::string> make_dev_tls(const std::string& folder,
                                                  const std::string& address) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    return tl::unexpected(fmt::format("cannot make {}: {}", folder, error.message()));
  const auto authority_key = make_key();
  const auto key = make_key();
  if (!authority_key || !key)
    return tl::unexpected(std::string{"cannot make keys for TLS"});
  const auto authority = make_certificate("lapse development CA", authority_key.get(), nullptr,
                                          authority_key.get(), {});
  if (!authority)
    return tl::unexpected(std::string{"cannot make a certificate authority for TLS"});
  const auto names = "DNS:localhost,IP:127.0.0.1,IP:::1,IP:" + address;
  const auto certificate =
      make_certificate("lapse", key.get(), authority.get(), authority_key.get(), names);
  if (!certificate)
    return tl::unexpected(std::string{"cannot make a certificate for TLS"});
  const auto paths = dev_tls_paths(folder);
  const tls_files result{paths[1], paths[2]};
  for (const auto& problem :
       {write_certificate(paths[0], authority.get()),
        write_certificate(result.certificate, certificate.get()), write_key(result.key, key.get())})
    if (!problem.empty())
      return tl::unexpected(problem);
  return result;
}

} // namespace lapse::serve
