#ifndef CTerminal_h
#define CTerminal_h
#endif
