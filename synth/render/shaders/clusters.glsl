#ifndef CLUSTERS
#define CLUSTERS
uniform vec4 cluster[6];  // mean direction of each cluster of directions
#endif
