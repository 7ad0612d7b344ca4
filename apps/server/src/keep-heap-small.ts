// Keeps the process small: imported before everything else, because what is loaded first makes most of the first garbage.
import { setFlagsFromString } from 'node:v8'

// By itself V8 lets a heap grow to four times of what is alive before it looks for garbage again: 150 MB of it, where etcd is read without
// pause. One and a half times costs a few per cent of the processor. The flag is read at each collection, so that it may be set now.
setFlagsFromString('--heap-growing-percent=50')
