-- For wrk: asks for the addresses of a file in turn, and counts what the answers say.
-- A line is an address, and behind a tab the tag of the page that the reader has. What is no page is
-- counted by its status, in a variable of its own: wrk hands over numbers between threads.

local server

function setup(thread)
   server = thread
end

function init(arguments)
   asked, at, hits, unchanged = {}, 0, 0, 0
   for line in io.lines(arguments[1]) do
      local address, tag = line:match("([^\t]*)\t?(.*)")
      local headers = { ["Accept-Encoding"] = "br" }
      if tag ~= "" then
         headers["If-None-Match"] = tag
      end
      asked[#asked + 1] = wrk.format("GET", address, headers)
   end
end

function request()
   at = at % #asked + 1
   return asked[at]
end

function response(status, headers)
   if status == 304 then
      unchanged = unchanged + 1
   elseif status ~= 200 then
      local name = "status_" .. status
      _G[name] = (_G[name] or 0) + 1
   elseif headers["Cache-Status"] then
      hits = hits + 1
   end
end

function done(summary, latency)
   local wrong = {}
   for status = 100, 599 do
      local times = server:get("status_" .. status)
      if times then
         wrong[#wrong + 1] = string.format('"%d": %d', status, times)
      end
   end
   for _, kind in ipairs({ "connect", "read", "write", "timeout" }) do
      if summary.errors[kind] > 0 then
         wrong[#wrong + 1] = string.format('"%s": %d', kind, summary.errors[kind])
      end
   end
   io.write(string.format(
      '{"answers": %d, "seconds": %.3f, "p50": %.3f, "p99": %.3f, "hits": %d, "unchanged": %d, "wrong": {%s}}\n',
      summary.requests, summary.duration / 1e6,
      latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
      server:get("hits"), server:get("unchanged"), table.concat(wrong, ", ")
   ))
end
