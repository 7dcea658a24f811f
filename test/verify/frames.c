/* frames INTERFACE COUNT SIZE: sends COUNT Ethernet frames of SIZE bytes, headers included, and tells how many left.
 * 0x88B5 is the EtherType for local experiments: no protocol takes such a frame, so the other end counts a drop. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 4) return 64;
  int count = atoi(argv[2]), size = atoi(argv[3]), sent = 0;
  unsigned char frame[1514] = {0};
  if (size < 60 || size > (int)sizeof frame) return 64;
  memset(frame, 0xff, 6); /* to everybody */
  frame[6] = 2;           /* from a locally administered address */
  frame[12] = 0x88;
  frame[13] = 0xb5;
  int fd = socket(AF_PACKET, SOCK_RAW, 0);
  struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(argv[1])};
  if (fd < 0 || to.sll_ifindex == 0 || bind(fd, (struct sockaddr *)&to, sizeof to) < 0) return perror("frames"), 1;
  while (sent < count) {
    if (send(fd, frame, (size_t)size, 0) != size) return perror("frames"), 1;
    /* The other end's backlog holds 1,000: more at once would be dropped before they are counted. */
    if (++sent % 100 == 0) usleep(10000);
  }
  printf("%d\n", sent);
  return 0;
}
