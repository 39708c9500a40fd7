#!/usr/bin/env bash
# backup.sh [FOLDER]: the database and the photos into FOLDER/<time>. The keys of deploy/.env are not in it, on purpose:
# personal data in it stays encrypted, and a restore needs the FIELD_KEYS and INDEX_KEY it was written with.
set -euo pipefail
cd "$(dirname "$0")"
umask 077

target=${1:-backups}/$(date +%Y%m%d-%H%M%S)
mkdir -p "$target.part"
# Rows before photos: a photo taken in between is one too many in the copy, never one too few.
docker compose exec -T postgres pg_dump -U govern -Fc govern >"$target.part/database.dump"
docker compose exec -T web tar -C /app/var/media -cf - . >"$target.part/media.tar"
(cd "$target.part" && sha256sum database.dump media.tar >SHA256SUMS)
mv "$target.part" "$target" # under its name only once it is whole
echo "备份完成：$target"
