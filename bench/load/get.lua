-- For wrk: a bare GET, with the same closing line as post.lua.
function done(summary, latency)
  io.write(string.format("RESULT %.0f %.2f %.2f %d %d 0\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.requests,
    summary.errors.status + summary.errors.timeout + summary.errors.connect + summary.errors.read + summary.errors.write))
end
