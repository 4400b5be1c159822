"""The pages, one module an audience."""

from mapsvc.web import downloads, files, hosts, learners, pages

BLUEPRINTS = (learners.bp, hosts.bp, downloads.bp, files.bp, pages.bp)
