"""Where the frozen worker, server and clerk start."""

import multiprocessing
import sys

if __name__ == "__main__":
    multiprocessing.freeze_support()
    from tasks.__main__ import main

    sys.exit(main())
