/* The protobuf-c library, found by pkg-config; COTLP's messages are built on it. */
#ifndef CPROTOBUFC_SHIM_H
#define CPROTOBUFC_SHIM_H

#if !__has_include(<protobuf-c/protobuf-c.h>)
#error "protobuf-c headers not found. Install them: apt-get install libprotobuf-c-dev"
#endif
#include <protobuf-c/protobuf-c.h>

#endif
