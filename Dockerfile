# The bot as a container: from scratch, of Debian's own packages for Python and of the bot's, each at the version and by
# the hash in requirements/. No shell, no package manager; non-root; read-only but for its database's folder; probes on
# port 8080. docs/operate.md says what it weighs, how it was tried and how to pin the base by its digest.

ARG DEBIAN=debian:trixie-slim

FROM ${DEBIAN} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
    PIP_BREAK_SYSTEM_PACKAGES=1 PIP_IGNORE_INSTALLED=1
# Debian keeps only a package's newest version, its security updates among them: a pinned one would soon be gone
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends binutils ca-certificates python3-pip

# Python, and what it and the bot's libraries need of Debian; left out of it: character sets that only iconv knows,
# documentation, Python's own tests, and what readline, curses and dbm are for. Scanners read status.d.
WORKDIR /debs
RUN apt-get download base-files ca-certificates libbz2-1.0 libc6 libexpat1 libffi8 libgcc-s1 liblzma5 \
        libpython3.13-minimal libpython3.13-stdlib libsqlite3-0 libssl3t64 libstdc++6 libuuid1 libzstd1 media-types \
        netbase python3.13-minimal zlib1g \
    && mkdir --parents /rootfs/var/lib/dpkg/status.d \
    && for package in *.deb; do \
        dpkg-deb --extract "$package" /rootfs \
        && dpkg-deb --field "$package" > "/rootfs/var/lib/dpkg/status.d/${package%%_*}" || exit 1; \
    done
WORKDIR /rootfs
RUN find usr/share/doc -type f ! -name copyright -delete \
    && rm --recursive --force usr/lib/*/gconv usr/share/locale usr/share/lintian usr/share/man usr/share/bug \
        usr/share/ca-certificates usr/lib/python3.13/test usr/lib/python3.13/pydoc_data \
        usr/lib/python3.13/lib-dynload/_curses* usr/lib/python3.13/lib-dynload/_dbm.* \
        usr/lib/python3.13/lib-dynload/_test* usr/lib/python3.13/lib-dynload/readline.* \
    && ln --symbolic python3.13 usr/bin/python3 \
    && cp /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/ \
    && mkdir --parents usr/lib/ssl && ln --symbolic /etc/ssl/certs/ca-certificates.crt usr/lib/ssl/cert.pem \
    && echo 'hosts: files dns' > etc/nsswitch.conf \
    && echo 'root:x:0:0:root:/:/nonexistent' > etc/passwd \
    && echo 'aibot:x:10001:10001:aibot:/var/lib/aibot:/nonexistent' >> etc/passwd \
    && printf 'root:x:0:\naibot:x:10001:\n' > etc/group \
    && mkdir --parents --mode 1777 tmp \
    && mkdir --parents /state/aibot \
    && ldconfig -r /rootfs

# /usr/local/lib/python3.13/dist-packages, where Debian's Python looks by itself
WORKDIR /build
COPY requirements/image.txt requirements/build.txt requirements/
RUN python3 -m pip install --require-hashes --only-binary :all: --no-compile --root /rootfs \
        --requirement requirements/image.txt \
    && python3 -m pip install --require-hashes --only-binary :all: --requirement requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY data data
RUN python3 -m pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && python3 -m pip install --no-deps --no-compile --root /rootfs dist/*.whl

# What nothing reads when the bot runs: debugging symbols (a quarter of the packages' weight), tests, C and type
# stubs, the programs of commands other than ours. Then Python's own cache, for all that the bot imports.
COPY scripts/compile_imported.py scripts/
WORKDIR /rootfs/usr/local
RUN find . -type f -name '*.so' -exec strip --strip-unneeded {} + \
    && find . -depth -type d '(' -name tests -o -name testing -o -path '*/opencc/clib/bin' \
        -o -path '*/opencc/clib/include' -o -path '*/opencc/clib/lib64' ')' -exec rm --recursive {} + \
    && find . -type f '(' -name '*.[ach]' -o -name '*.[ch]pp' -o -name '*.py[ix]' -o -name '*.px[di]' ')' -delete \
    && find bin -type f ! -name aibot -delete \
    && chroot /rootfs /usr/bin/python3 - < /build/scripts/compile_imported.py

FROM scratch
COPY --from=build /rootfs /
# the folder's parent is copied: a folder that is there already would not change hands
COPY --from=build --chown=10001:10001 /state /var/lib
ENV PATH=/usr/local/bin:/usr/bin \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    AIBOT_DATABASE=sqlite:////var/lib/aibot/aibot.db \
    AIBOT_HOST=0.0.0.0 \
    AIBOT_HEALTH_PORT=8080 \
    AIBOT_LOG_FORMAT=json
WORKDIR /var/lib/aibot
USER 10001:10001
VOLUME /var/lib/aibot
EXPOSE 3000 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python3", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/readyz', timeout=4)"]
ENTRYPOINT ["aibot"]
CMD ["run"]
