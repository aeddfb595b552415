-- Asks for paths of a file in any order, and prints the latencies as RESULT P50 P99 REQUESTS ERRORS, in milliseconds.
local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
local threads = 0
function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end
function init() math.randomseed(seed * 7919) end
function request() return wrk.format("GET", paths[math.random(#paths)]) end
function done(summary, latency)
  local errors = summary.errors
  print(string.format("RESULT %.3f %.3f %d %d", latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.requests, errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
