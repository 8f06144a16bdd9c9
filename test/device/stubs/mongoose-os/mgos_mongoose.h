#include "mgos.h"
