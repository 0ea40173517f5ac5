#pragma once
/// Pixels as ITK images (unit spacing, origin 0) for the registration sources alone.

#include <itkImage.h>
#include <itkMultiThreaderBase.h>

#include <algorithm>
#include <mutex>

#include "cmrt1/image/image.h"

namespace cmrt1 {

using ItkImage = itk::Image<float, 2>;

template <typename Image>
typename Image::Pointer allocate(Eigen::Index rows, Eigen::Index columns) {
  auto image = Image::New();
  typename Image::SizeType size;
  size[0] = static_cast<itk::SizeValueType>(columns);
  size[1] = static_cast<itk::SizeValueType>(rows);
  image->SetRegions(typename Image::RegionType(size));
  image->Allocate();
  return image;
}

inline ItkImage::Pointer to_itk(const Pixels& pixels) {
  auto image = allocate<ItkImage>(pixels.rows(), pixels.cols());
  std::copy_n(pixels.data(), pixels.size(), image->GetBufferPointer());
  return image;
}

/// Images are registered in parallel, one a thread; ITK's own threads would only compete with them.
inline void keep_itk_on_calling_thread() {
  static std::once_flag once;
  std::call_once(once, [] { itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(1); });
}

}  // namespace cmrt1
