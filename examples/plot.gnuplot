# plot.gnuplot: one column over time, a line for each device, as PNG or SVG.
#
#   sdr cat data cpurec > cpurec.csv
#   gnuplot -c plot.gnuplot cpu_pct cpu.png cpurec.csv
#
# Time is UTC. gaps.awk, beside this file, makes gaps where samples are missing: gnuplot itself would draw a line across.
# Names arrive percent-encoded: no comma or quote is ever in one. Needs: gnuplot 5.2 or later (gnuplot-nox), any awk.

say(text) = system(sprintf("echo \"plot.gnuplot: %s\" >&2", text))
if (ARGC != 3) { x = say("usage: gnuplot -c plot.gnuplot COLUMN PICTURE.png|PICTURE.svg FILE"); exit status 1 }
if (strstrt(ARG1.ARG3, "'")) { x = say("cannot pass a quote to awk: rename the file"); exit status 1 }

here = ARG0[1:strlen(ARG0) - strlen('plot.gnuplot')]
points = sprintf("< LC_ALL=C awk -v column='%s' -v key=\"$KEY\" -f '%sgaps.awk' '%s'", ARG1, here, ARG3)

# The first time for what may be wrong, which awk says.
x = system(points[3:].' > /dev/null')
if (GPVAL_SYSTEM_ERRNO != 0) { exit status 1 }
stats points using 1 name 'TIME' nooutput
stats points using 2 name 'VALUE' nooutput
span = TIME_max - TIME_min

svg = ARG2[strlen(ARG2) - 3:] eq '.svg'
if (svg) { set terminal svg size 1000,440 noenhanced background 'white' font 'DejaVu Sans,13'
} else { set terminal pngcairo size 1000,440 noenhanced font 'DejaVu Sans,10' }
set output ARG2

set title ARG1 font 'DejaVu Sans Bold,12'
set xdata time
set timefmt '%s'
set format x (span < 8 ? '%H:%M:%.1S' : span < 600 ? '%H:%M:%S' : span < 2 * 86400 ? '%H:%M' : "%b %d\n%H:%M")
at(time) = strftime('%Y-%m-%d %H:%M:%S', time)
set xlabel at(TIME_min).' to '.at(TIME_max).' UTC'
set xrange [TIME_min:(span > 0 ? TIME_max : TIME_min + 1)]
low = VALUE_min < 0 ? VALUE_min : 0
if (ARG1[strlen(ARG1) - 3:] eq '_pct' && VALUE_max <= 100) { set yrange [low:102]; set ylabel '%'
} else { set yrange [low:(VALUE_max > low ? low + 1.05 * (VALUE_max - low) : low + 1)] }
# 1500000 is 1.5 M.
if (VALUE_max >= 10000) {
  power = log10(VALUE_max)
  set format y (power - 3 * floor(power / 3) < 1 ? '%.1s %c' : '%.0s %c')
}
set grid linecolor rgb '#dddddd' linetype 1
set border 3 linecolor rgb '#888888'
set tics nomirror textcolor rgb 'black'
set key outside right top noenhanced
array colour[7] = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000']

# A line between neighbours, and a small dot on each value: one that stands alone between two gaps is seen.
plot for [i = 0:VALUE_blocks - 1] points index i using 1:2 with linespoints pointtype 7 pointsize 0.25 linewidth 1.2 \
  linecolor rgb colour[i % 7 + 1] dashtype i / 7 + 1 title columnheader(1)
