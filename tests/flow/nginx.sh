# SPDX-License-Identifier: Apache-2.0
# Sourced after lib.sh: an nginx on a free loopback port that serves a directory, stopped when the script ends.
# shellcheck shell=bash disable=SC2034,SC2154
command -v nginx >/dev/null || PATH=$PATH:/usr/sbin
command -v nginx >/dev/null || skip "there is no nginx"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
nginx_pid=

stop_nginx() {
  [ -z "$nginx_pid" ] || kill "$nginx_pid" 2>/dev/null || true
  [ -z "$nginx_pid" ] || wait "$nginx_pid" 2>/dev/null || true
  nginx_pid=
}
trap 'status=$?; stop_nginx; rm -rf "$work"; exit $status' EXIT

# start_nginx DIRECTORY [FILE] : $url is its address; requests go to $work/access.log as "status bytes path". FILE holds the
# location blocks of the server instead of none.
start_nginx() {
  local port attempt
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + RANDOM % 20000))
    {
      [ "$(id -u)" -ne 0 ] || echo "user root;"
      cat <<END
daemon off; worker_processes 2; pid $work/nginx.pid; error_log $work/nginx.log;
events { worker_connections 256; }
http {
  log_format short '\$status \$bytes_sent \$uri';
  access_log $work/access.log short;
  client_body_temp_path $work/nginx-body; proxy_temp_path $work/nginx-proxy; fastcgi_temp_path $work/nginx-fastcgi;
  uwsgi_temp_path $work/nginx-uwsgi; scgi_temp_path $work/nginx-scgi;
  default_type application/octet-stream; sendfile on;
  server { listen 127.0.0.1:$port; root $1; $([ $# -lt 2 ] || cat "$2") }
}
END
    } >"$work/nginx.conf"
    nginx -c "$work/nginx.conf" -e "$work/nginx.log" &
    nginx_pid=$!
    until curl -s -o /dev/null "http://127.0.0.1:$port/"; do
      kill -0 "$nginx_pid" 2>/dev/null || { nginx_pid=; continue 2; }
      sleep 0.05
    done
    url=http://127.0.0.1:$port
    return
  done
  fail "nginx did not start in $attempt attempts: $(tail -n 2 "$work/nginx.log")"
}
