// SQLite itself, for what a store is compared with.
#include <sqlite3.h>
