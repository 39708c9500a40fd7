#!/usr/bin/env bash
# restore.sh FOLDER/<time>: back to what backup.sh wrote there. Everything since then is lost, so it asks first.
set -euo pipefail
source=$(realpath "${1:?restore.sh FOLDER, one that backup.sh wrote}")
cd "$(dirname "$0")"

(cd "$source" && sha256sum --check --quiet SHA256SUMS)
read -r -p "将用 $source 覆盖现有数据库和照片，此后的记录都会丢失。输入 yes 继续：" answer
[ "$answer" = yes ]

docker compose stop web worker beat
# One transaction: a dump that does not fit leaves the present database as it is.
docker compose exec -T postgres pg_restore -U govern -d govern --clean --if-exists --no-owner \
    --single-transaction <"$source/database.dump"
docker compose run --rm -T --no-deps web \
    sh -c 'find /app/var/media -mindepth 1 -delete && tar -C /app/var/media -xf -' <"$source/media.tar"
# Queued work speaks of rows of another time; the sweeps queue again what is due.
docker compose exec -T redis redis-cli FLUSHALL
docker compose up -d
echo "已恢复到：$source"
