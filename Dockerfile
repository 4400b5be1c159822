# The service in an image. Build: docker build -t mapsvc .
# Run:   docker run -p 8000:8000 -v mapsvc:/var/lib/mapsvc -e MAPSVC_SECRET_KEY=... mapsvc
# No secret is in the image: without MAPSVC_SECRET_KEY the service says so and does not start.

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements/ requirements/
RUN python -m venv /opt/mapsvc \
 && /opt/mapsvc/bin/pip install --no-cache-dir --disable-pip-version-check \
      --only-binary :all: --require-hashes -r requirements/run.txt
COPY . .
# The set-up fetches the browser's parts and compiles the catalogues, as on any machine.
RUN PYTHON=/usr/local/bin/python3 scripts/setup.sh wheel \
 && .venv/bin/python -m build --wheel --no-isolation \
 && /opt/mapsvc/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps dist/*.whl

FROM python:3.11-slim-bookworm
# The packages of scripts/packages.run; tests/test_setup.py keeps the two lists equal.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      age \
      ca-certificates \
      gnupg \
      libsqlite3-mod-spatialite \
      postgresql-client \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home --home-dir /var/lib/mapsvc mapsvc \
 && install -d -o mapsvc -g mapsvc /var/lib/mapsvc
COPY --from=build /opt/mapsvc /opt/mapsvc
ENV PATH=/opt/mapsvc/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MAPSVC_INSTANCE=/var/lib/mapsvc \
    MAPSVC_HOST=0.0.0.0 \
    MAPSVC_PORT=8000
USER mapsvc
WORKDIR /var/lib/mapsvc
VOLUME /var/lib/mapsvc
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['MAPSVC_PORT']}/healthz\", timeout=4)"]
ENTRYPOINT ["mapsvc"]
CMD ["serve", "--prepare"]
