#!/usr/bin/env bash
# Asks compose, kustomize, Kubernetes' schemas and systemd about what we ship; needs no engine and no cluster.
# `docker compose` or docker-compose 2, kubectl and systemd-analyze have to be installed.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

compose=(docker compose)
"${compose[@]}" version >"$work/version" 2>&1 || compose=(docker-compose)
mkdir -p "$work/deploy"
cp compose.yaml "$work"
cp deploy/compose.secrets.yaml "$work/deploy"
echo POSTGRES_PASSWORD=abc >"$work/.env"
(
  cd "$work"
  "${compose[@]}" config --quiet
  "${compose[@]}" --profile http config --quiet
  "${compose[@]}" --file compose.yaml --file deploy/compose.secrets.yaml --profile http config --quiet
)
echo "compose.yaml, deploy/compose.secrets.yaml: compose takes them"

for form in one many; do
  kubectl kustomize "deploy/kubernetes/$form" >"$work/$form.yaml"
  for version in 1.30 1.37; do # the oldest that knows all we use, and the newest
    "$VALIDATE" --strict --quiet --kubernetes-version "$version" "$work/$form.yaml"
  done
done
echo "deploy/kubernetes: as Kubernetes' schemas from 1.30 to 1.37 say"

# the unit names a program that stands elsewhere
sed "s|^ExecStart=[^ ]*|ExecStart=/bin/true|" deploy/aibot.service >"$work/aibot.service"
systemd-analyze verify "$work/aibot.service"
systemd-analyze security --offline=true --threshold=20 "$work/aibot.service" | tail -1
