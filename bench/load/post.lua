-- For wrk: every request is another signed event from the file EVENTS. The threads take disjoint parts of it, so no
-- event is sent twice until the file is used up, which the closing line tells.
local thread_count = 0
function setup(thread)
  thread:set("number", thread_count)
  thread_count = thread_count + 1
  threads = threads or {}
  table.insert(threads, thread)
end

function init()
  requests, position, used_up, refused = {}, 0, 0, 0
  local n = 0
  for line in io.lines(os.getenv("EVENTS")) do
    if n % tonumber(os.getenv("THREADS")) == number then
      local signature, body = line:match("^(%x+)\t(.*)$")
      if os.getenv("FORGED") then signature = signature:reverse() end
      requests[#requests + 1] = wrk.format("POST", "/webhook/payments",
        { ["Content-Type"] = "application/json", ["X-Razorpay-Signature"] = signature }, body)
    end
    n = n + 1
  end
end

function request()
  position = position + 1
  if position > #requests then used_up, position = 1, 1 end
  return requests[position]
end

function done(summary, latency)
  local repeated = 0
  for _, thread in ipairs(threads) do repeated = repeated + thread:get("used_up") end
  io.write(string.format("RESULT %.0f %.2f %.2f %d %d %d\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.requests,
    summary.errors.status + summary.errors.timeout + summary.errors.connect + summary.errors.read + summary.errors.write,
    repeated))
end
