#ifndef CPatterns_h
#define CPatterns_h
#endif
