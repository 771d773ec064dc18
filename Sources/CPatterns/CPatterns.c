#include "CPatterns.h"
