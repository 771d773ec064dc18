#ifndef CCompression_h
#define CCompression_h
#endif
