# The bot as a container: non-root, read-only but for its database's folder, probes on port 8080.
# Every package is installed at the version and by the hash in requirements/.

FROM python:3.12 AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
RUN python -m venv /opt/aibot
COPY requirements/image.txt requirements/build.txt requirements/
RUN /opt/aibot/bin/pip install --require-hashes --only-binary :all: --requirement requirements/image.txt \
    && python -m pip install --require-hashes --only-binary :all: --requirement requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY data data
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/aibot/bin/pip install --no-deps dist/*.whl \
    && /opt/aibot/bin/pip uninstall --yes pip
# what a debugger would read of the compiled libraries: a quarter of the packages' weight
RUN find /opt/aibot -type f -name '*.so*' -exec strip --strip-debug {} + \
    && mkdir /var/lib/aibot

FROM python:3.12-slim
COPY --from=build /opt/aibot /opt/aibot
COPY --from=build --chown=10001:10001 /var/lib/aibot /var/lib/aibot
ENV PATH=/opt/aibot/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    AIBOT_DATABASE=sqlite:////var/lib/aibot/aibot.db \
    AIBOT_HOST=0.0.0.0 \
    AIBOT_HEALTH_PORT=8080 \
    AIBOT_LOG_FORMAT=json
WORKDIR /opt/aibot
USER 10001:10001
VOLUME /var/lib/aibot
EXPOSE 3000 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/readyz', timeout=4)"]
ENTRYPOINT ["aibot"]
CMD ["run"]
