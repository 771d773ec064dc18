#ifndef CNumerics_h
#define CNumerics_h
#endif
