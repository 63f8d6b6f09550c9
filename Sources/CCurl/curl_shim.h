/*
 * libcurl for Swift. `curl_easy_setopt`, `curl_easy_getinfo` and `curl_multi_setopt` are variadic, which Swift cannot
 * call, so there is one function here for each type of argument we pass. Every function returns libcurl's own code.
 */
#ifndef CCURL_CURL_SHIM_H
#define CCURL_CURL_SHIM_H

#if !__has_include(<curl/curl.h>)
#error "libcurl headers not found. Install them: apt-get install libcurl4-openssl-dev"
#endif

#include <curl/curl.h>

/* Called with received bytes; returning less than size * count ends the transfer with CURLE_WRITE_ERROR. */
typedef size_t (*ccurl_receiver)(char *bytes, size_t size, size_t count, void *context);

/* Options that take a `long`: numbers, switches, bit sets. */
static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

/* Options that take a `curl_off_t`: sizes that may exceed a `long`. */
static inline CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

/* Options that take text; libcurl keeps a copy. */
static inline CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

/* Options whose pointer libcurl keeps; the caller must keep the memory behind it valid until the transfer is over. */
static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}

/* CURLOPT_HTTPHEADER and similar options; the caller keeps ownership of the list. */
static inline CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

/* CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION, and CURLOPT_READFUNCTION; for the last, the function writes bytes. */
static inline CURLcode ccurl_set_receiver(CURL *handle, CURLoption option, ccurl_receiver receiver) {
    return curl_easy_setopt(handle, option, receiver);
}

/* Information of type `long`, such as CURLINFO_RESPONSE_CODE. */
static inline CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

/*
 * Seconds since 1970 of a date such as `6 Nov 1994 08:49:37 GMT`, or -1 for text that is not a date and for dates
 * before 1583. libcurl reads many other forms too, and takes the 31st of a short month for a day of the next month. The
 * second parameter of curl_getdate is unused.
 */
static inline time_t ccurl_date(const char *text) {
    return curl_getdate(text, NULL);
}

/* Options of a multi handle that take a `long`. */
static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/* The result of a finished transfer. It is in a union, which Swift reads through this function. */
static inline CURLcode ccurl_message_result(const CURLMsg *message) {
    return message->data.result;
}

/* Allows only HTTP and HTTPS, whatever the address. The option that takes names exists since libcurl 7.85. */
static inline CURLcode ccurl_allow_only_http(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return curl_easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

/*
 * The return value by which a receiver asks for the same bytes again after `ccurl_resume`; a macro that Swift does not
 * import.
 */
static inline size_t ccurl_pause_receiving(void) {
    return CURL_WRITEFUNC_PAUSE;
}

/* The return values of a sender that has no bytes yet, and of one that cannot provide the rest. */
static inline size_t ccurl_pause_sending(void) {
    return CURL_READFUNC_PAUSE;
}

static inline size_t ccurl_abort_sending(void) {
    return CURL_READFUNC_ABORT;
}

/* Resumes a paused transfer in both directions. */
static inline CURLcode ccurl_resume(CURL *handle) {
    return curl_easy_pause(handle, CURLPAUSE_CONT);
}

/* CURL_GLOBAL_DEFAULT is an expression of macros that Swift does not import. */
static inline CURLcode ccurl_global_init(void) {
    return curl_global_init(CURL_GLOBAL_DEFAULT);
}

#endif
