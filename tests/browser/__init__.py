"""Tests in a browser: Playwright with the system's own Chromium.

Without one they are skipped, and the last lines of the run say so.
"""
