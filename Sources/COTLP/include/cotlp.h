/* The OTLP messages, generated from proto/ by scripts/generate-otlp, as one module. */
#ifndef COTLP_H
#define COTLP_H

#include "require_protobuf_c.h"

#include "otlp/collector_logs.pb-c.h"
#include "otlp/collector_metrics.pb-c.h"
#include "otlp/collector_trace.pb-c.h"
#include "otlp/rpc_status.pb-c.h"

#endif
