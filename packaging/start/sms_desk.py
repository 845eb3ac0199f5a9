"""Where the frozen window starts."""

import multiprocessing
import sys

if __name__ == "__main__":
    multiprocessing.freeze_support()
    from screen_libraries import missing_for_wayland, say_missing

    missing = "" if sys.argv[1:] else missing_for_wayland()
    if missing:
        sys.exit(say_missing(missing))
    try:
        from desktop.__main__ import main

        status = main()
    except ImportError as error:
        if "cannot open shared object file" not in str(error):
            raise
        status = say_missing(str(error))
    sys.exit(status)
