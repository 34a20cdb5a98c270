#!/usr/bin/env bash
# Health check of the broker's container: sends an ApiVersions request (key 18, version 0, no client id) to a listener and waits for the
# length of an answer. Kafka's own tools would do the same, at a second of CPU time for each new Java process.
set -eu
port=${1:-9092}
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf '\x00\x00\x00\x0a\x00\x12\x00\x00\x00\x00\x00\x01\xff\xff' >&3
[ "$(timeout 2 head -c 4 <&3 | wc -c)" -eq 4 ]
