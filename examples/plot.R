# plot.R: one column over time, a panel for each device, as PNG and SVG. Base R, no packages.
#
#   Rscript plot.R cpu_pct cpu.png data/cpurec-*.csv
#
# Makes cpu.png and cpu.svg, and prints for each panel how many values it shows and how many gaps. Time is UTC. Where a sample is
# missing or a cell empty the line has a gap; a value between two gaps is a dot. Reads files of many days, .gz too, also when later
# ones have more columns. Names arrive percent-encoded: no comma or quote is ever in one.
# KEY=name names the key column of a recorder of your own. Needs: R 4 (r-base-core).

fail <- function(...) {
  message("plot.R: ", ...)
  quit("no", 1)
}

args <- commandArgs(TRUE)
if (length(args) < 3) fail("usage: Rscript plot.R COLUMN PICTURE.png FILE...")
column <- args[1]
picture <- sub("[.](png|svg)$", "", args[2])
keys <- strsplit(Sys.getenv("KEY", "device mount domain sensor item"), " ")[[1]]

# One file: time, device and value, and nothing else in memory.
read <- function(file) {
  if (!file.exists(file)) fail("no file ", file)
  names <- strsplit(readLines(file, 1), ",")[[1]]
  if (!column %in% names) fail("no column ", column, " in ", file)
  key <- intersect(keys, names)[1]
  classes <- ifelse(names %in% c("time", column), "numeric", ifelse(names %in% key, "character", "NULL"))
  d <- read.csv(file, colClasses = classes, na.strings = "", check.names = FALSE)
  data.frame(time = d$time, device = if (is.na(key)) "" else d[[key]], value = d[[column]])
}

# A row of NA wherever more than one and a half of the usual steps lie between two samples: lines stop there.
with_gaps <- function(d) {
  d <- d[order(d$time), ]
  steps <- round(diff(d$time), 3)
  if (length(steps) == 0) return(d)
  usual <- as.numeric(names(which.max(table(steps))))
  after <- which(steps > 1.5 * usual)
  holes <- data.frame(time = d$time[after] + usual, device = d$device[after], value = rep(NA_real_, length(after)))
  d <- rbind(d, holes)
  d[order(d$time), ]
}

# 1500000 is 1.5 M.
short <- function(x) {
  power <- if (any(x != 0)) pmin(pmax(floor(log10(max(abs(x))) / 3), 0), 4) else 0
  ifelse(x == 0, "0", paste0(x / 1000^power, c("", " k", " M", " G", " T")[power + 1]))
}

unit <- function(name) {
  units <- c(
    bytes_per_s = "bytes/s", bits_per_s = "bits/s", packets_per_s = "packets/s", per_s = "per second", bytes = "bytes",
    pct = "%", ms = "ms", s = "s", c = "\u00b0C", mhz = "MHz", v = "V"
  )
  fits <- vapply(names(units), function(end) grepl(paste0("(^|_)", end, "$"), name), NA)
  if (any(fits)) units[fits][1] else ""
}

d <- do.call(rbind, lapply(args[-(1:2)], read))
if (!any(!is.na(d$value))) fail("no value of ", column)
devices <- unique(d$device)
panels <- lapply(devices, function(name) with_gaps(d[d$device == name, ]))
# A device for which nothing was measured gets no panel, but its line below.
shown <- Filter(function(p) any(!is.na(p$value)), panels)

span <- range(d$time)
if (diff(span) == 0) span <- span + c(0, 1)
top <- max(d$value, na.rm = TRUE)
low <- min(0, d$value, na.rm = TRUE)
limits <- if (grepl("_pct$", column) && top <= 100) c(low, 100) else c(low, if (top > low) top else low + 1)
ticks <- pretty(.POSIXct(span, "UTC"), 6)
apart <- min(diff(as.numeric(ticks)))
marks <- if (apart < 60) "%H:%M:%S" else if (diff(span) < 2 * 86400) "%H:%M" else if (apart < 86400) "%b %d %H:%M" else "%b %d"
said <- function(time) format(.POSIXct(time, "UTC"), "%Y-%m-%d %H:%M:%S")

panel <- function(d, last) {
  plot(d$time, d$value, type = "n", xlim = span, ylim = limits, axes = FALSE, xlab = "", ylab = "")
  y <- pretty(limits, if (length(shown) > 6) 2 else 4)
  abline(h = y, v = as.numeric(ticks), col = "grey90")
  lines(d$time, d$value, col = "#0072B2", lwd = 1.3)
  known <- c(FALSE, !is.na(d$value), FALSE)
  n <- nrow(d)
  alone <- known[2:(n + 1)] & !known[1:n] & !known[3:(n + 2)]
  points(d$time[alone], d$value[alone], col = "#0072B2", pch = 20, cex = 0.5)
  axis(2, y, short(y), las = 1, col = "grey60", cex.axis = 0.9)
  axis(1, as.numeric(ticks), if (last) format(ticks, marks) else FALSE, col = "grey60", cex.axis = 0.9)
  mtext(d$device[1], 3, 0.2, adj = 0, cex = 0.75, font = 2)
}

draw <- function() {
  across <- ceiling(length(shown) / 16)
  down <- ceiling(length(shown) / across)
  par(mfcol = c(down, across), mar = c(0.8, 4.2, 1.3, 1), oma = c(3, 1.4, 2, 0), mgp = c(3, 0.5, 0), tcl = -0.25, cex = 0.85)
  for (i in seq_along(shown)) panel(shown[[i]], i %% down == 0 || i == length(shown))
  mtext(column, 3, 0.6, outer = TRUE, font = 2)
  mtext(unit(column), 2, 0, outer = TRUE, cex = 0.85)
  mtext(paste(said(span[1]), "to", said(span[2]), "UTC"), 1, 1.6, outer = TRUE, cex = 0.85)
}

width <- 9 * ceiling(length(shown) / 16)
height <- 1.2 + max(2.2, 1.2 * ceiling(length(shown) / ceiling(length(shown) / 16)))
png(paste0(picture, ".png"), width, height, "in", res = 110, type = "cairo")
draw()
invisible(dev.off())
svg(paste0(picture, ".svg"), width, height)
draw()
invisible(dev.off())

for (p in panels) {
  runs <- rle(is.na(p$value))
  name <- if (p$device[1] == "") column else p$device[1]
  cat(sprintf("%s: values %d, gaps %d\n", name, sum(!is.na(p$value)), sum(runs$values)))
}
