/* libpq, PostgreSQL's client library. Its manual: PostgreSQL documentation, chapter "libpq". */
#pragma once
#include <libpq-fe.h>
